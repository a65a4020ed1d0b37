package org.aifactory.models;

import org.aifactory.web.Message;

/** A folder is no model that programs can load; the sentence is for whoever made it. */
final class UnusableModel extends RuntimeException {
    private final Message sentence;

    /** @param key of a sentence in the message bundles below {@code models.unusable}, and what it is filled in with */
    UnusableModel(String key, Object... arguments) {
        this(Message.of("models.unusable." + key, arguments));
    }

    private UnusableModel(Message sentence) {
        super(sentence.inEnglish());
        this.sentence = sentence;
    }

    Message sentence() {
        return sentence;
    }
}
