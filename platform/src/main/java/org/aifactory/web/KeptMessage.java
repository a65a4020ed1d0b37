package org.aifactory.web;

import org.jspecify.annotations.Nullable;

/**
 * A message as it stands in an event or wherever else JSON is kept. A {@link Message} itself becomes a sentence there, in the language of
 * whoever asks, and so another one when it is written again: an event would not be found under its own content any more.
 *
 * @param sentence in English, or as a person wrote it
 * @param message as {@link Message#toKeep} wrote it; null for what a person wrote
 */
public record KeptMessage(String sentence, @Nullable String message) {

    public static KeptMessage of(Message message) {
        return new KeptMessage(message.inEnglish(), message.toKeep());
    }

    public Message read() {
        return Message.kept(sentence, message);
    }
}
