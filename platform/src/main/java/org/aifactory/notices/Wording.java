package org.aifactory.notices;

import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Says in a language what a notice tells. */
@Component("noticesWording")
class Wording {
    private final MessageSource messages;

    Wording(MessageSource messages) {
        this.messages = messages;
    }

    /** In one line. */
    String title(String key, List<Word> words, Locale locale) {
        return say("notices.tell." + key + ".title", words, locale);
    }

    /** What happened, and what to do. */
    String text(String key, List<Word> words, Locale locale) {
        return say("notices.tell." + key + ".text", words, locale);
    }

    String say(String key, List<Word> words, Locale locale) {
        return messages.getMessage(
                key, words.stream().map(word -> word.in(locale, messages)).toArray(), locale);
    }
}
