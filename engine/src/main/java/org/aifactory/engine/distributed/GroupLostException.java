package org.aifactory.engine.distributed;

/** One of the processes of a group is gone, so that the others cannot go on either. The message is a full sentence that says which. */
public final class GroupLostException extends RuntimeException {
    GroupLostException(String sentence) {
        super(sentence);
    }
}
