package org.aifactory.web;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * Something to be said to people: the key of a sentence in the message bundles, with what it is filled in with. It is put into words where
 * somebody reads it, in the language of whoever does: pages and answers of the API only have to show it.
 *
 * @param key empty for what stands in the arguments as it is: once for every language, or in each of them
 * @param arguments texts, numbers, days, times, or messages of their own
 */
public record Message(String key, List<Object> arguments) implements MessageSourceResolvable, Serializable {
    public static final Message NOTHING = written("");

    public Message {
        arguments = List.copyOf(arguments);
    }

    public static Message of(String key, Object... arguments) {
        return new Message(key, List.of(arguments));
    }

    /** What somebody wrote, or a program said: the same in every language. */
    public static Message written(String text) {
        return new Message("", List.of(text));
    }

    /** What is known in each language already, in the order of {@link Languages#SPOKEN}. */
    public static Message inEach(String english, String korean) {
        return new Message("", List.of(english, korean));
    }

    /** One after the other, as sentences stand. */
    public static Message joined(List<Message> parts) {
        return parts.stream()
                .reduce((first, next) -> of("message.joined", first, next))
                .orElseGet(() -> written(""));
    }

    /**
     * As it is kept beside its English sentence, where it is kept for those who read it later.
     *
     * @param message as {@link MessageJson} wrote it; null for what a person wrote, and for what was kept before sentences had keys
     */
    public static Message kept(String sentence, @Nullable String message) {
        return message == null ? written(sentence) : MessageJson.read(message);
    }

    /** Null for what somebody wrote, which is kept as it stands. */
    public @Nullable String toKeep() {
        return isWritten() && arguments.size() == 1 ? null : MessageJson.write(this);
    }

    /** The arguments alone, for whoever keeps the key in another way. */
    public String argumentsToKeep() {
        return MessageJson.writeArguments(arguments);
    }

    /** As {@link #argumentsToKeep} wrote them. */
    public static List<Object> keptArguments(String json) {
        return MessageJson.readArguments(json);
    }

    private boolean isWritten() {
        return key.isEmpty();
    }

    public String in(Locale language) {
        return isWritten() ? text(language) : Sentences.ALL.getMessage(this, language);
    }

    /** For logs and for the record. */
    public String inEnglish() {
        return in(Locale.ENGLISH);
    }

    /** In the language of whoever asked for the page or the answer that is being made; in English where nobody did. */
    @JsonValue
    @Override
    public String toString() {
        LocaleContext asked = LocaleContextHolder.getLocaleContext();
        return in(asked == null ? Locale.ENGLISH : LocaleContextHolder.getLocale());
    }

    private String text(Locale language) {
        int known = Languages.SPOKEN.indexOf(Locale.of(language.getLanguage()));
        return String.valueOf(arguments.get(known < arguments.size() ? Math.max(0, known) : 0));
    }

    @Override
    public String @Nullable [] getCodes() {
        return isWritten() ? null : new String[] {key};
    }

    @Override
    public Object[] getArguments() {
        return isWritten() ? new Object[0] : arguments.toArray();
    }

    @Override
    public String getDefaultMessage() {
        return isWritten() ? text(Locale.ENGLISH) : key;
    }
}
