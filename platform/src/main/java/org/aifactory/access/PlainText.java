package org.aifactory.access;

import java.util.regex.Pattern;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;

/** Text that a database can keep and a page can show. */
final class PlainText {
    private static final Pattern GROUPED = Pattern.compile("[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?");

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
            throw Problem.invalid(field, "access.fault.words");
        }
        return text;
    }

    /** A number without the commas between its thousands; one that stands elsewhere stays, so that 1,5 is no number and not 15. */
    static String ungrouped(String number) {
        return GROUPED.matcher(number).matches() ? number.replace(",", "") : number;
    }
}
