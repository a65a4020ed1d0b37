package org.aifactory.engine.evaluation;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A text without what does not matter to its meaning: compatibility forms composed (NFKC), case folded, punctuation taken out
 * except between two digits, white space collapsed.
 */
record NormalText(String text) {
    private static final Pattern PUNCTUATION = Pattern.compile("(?<!\\d)[\\p{P}\\p{Sk}]|[\\p{P}\\p{Sk}](?!\\d)");
    private static final Pattern PUNCTUATION_RUN = Pattern.compile("(?<=\\d)[\\p{P}\\p{Sk}]{2,}(?=\\d)");
    private static final Pattern DASHES = Pattern.compile("\\p{Pd}");
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");

    static NormalText of(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFKC);
        // Upper case first: it makes SS of a sharp s, which lower case alone would keep.
        String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        String dashed = DASHES.matcher(folded).replaceAll("-");
        // Several marks between two digits stand between two numbers, which must not become one.
        String parted = PUNCTUATION_RUN.matcher(dashed).replaceAll(" ");
        String plain = PUNCTUATION.matcher(parted).replaceAll("");
        return new NormalText(WHITE_SPACE.matcher(plain).replaceAll(" ").strip());
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /**
     * Whether the answer stands in this text. Words may go on behind it, as Korean particles do; but a number is not found
     * inside a longer number or name: 7 is neither in 17, nor in 7.5, nor in A7.
     */
    boolean contains(NormalText answer) {
        String wanted = answer.text;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
            boolean begins = at == 0 || !joined(text.charAt(at - 1), wanted.charAt(0));
            int end = at + wanted.length();
            boolean ends = end == text.length() || !joined(text.charAt(end), wanted.charAt(wanted.length() - 1));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    /** Whether a neighbour belongs to the number whose outermost digit stands beside it. */
    private static boolean joined(char neighbour, char edge) {
        if (!Character.isDigit(edge)) {
            return false;
        }
        boolean numberPart = Character.isDigit(neighbour)
                || PUNCTUATION.matcher(String.valueOf(neighbour)).matches();
        return numberPart || Character.isLowerCase(neighbour);
    }
}
