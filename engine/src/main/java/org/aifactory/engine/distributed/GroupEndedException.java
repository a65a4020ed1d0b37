package org.aifactory.engine.distributed;

/** The first process of a group has ended the work of all. The message is what it had to say. */
public final class GroupEndedException extends RuntimeException {
    GroupEndedException(String words) {
        super(words, null, false, false);
    }

    /** The first one's last words. */
    public String words() {
        return String.valueOf(getMessage());
    }
}
