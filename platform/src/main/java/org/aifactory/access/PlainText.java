package org.aifactory.access;

import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;

/** Text that a database can keep and a page can show. */
final class PlainText {
    private PlainText() {}

    /** Whether it has no NUL and no half of a character. */
    static boolean isPlain(String text) {
        return text.indexOf('\0') < 0
                && text.codePoints()
                        .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    /** Whether it says something, in at most so many characters. */
    static boolean says(@Nullable String text, int most) {
        return text != null && !text.isBlank() && text.length() <= most && isPlain(text);
    }

    /**
     * A text that was asked for.
     *
     * @param optional whether it may be empty
     * @throws Problem at this field
     */
    static String required(String field, String text, boolean optional) {
        if (!isPlain(text) || (!optional && text.isBlank())) {
            throw Problem.invalid(field, "Say it in words.");
        }
        return text;
    }
}
