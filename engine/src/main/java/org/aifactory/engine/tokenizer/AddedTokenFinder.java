package org.aifactory.engine.tokenizer;

import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in text: the leftmost, of those that start at one place the longest, and of those that are the same once
 * they are normalised the special one. What is found goes by the rules of Hugging Face's {@code AddedVocabulary}: a token that may
 * not touch a word and does is passed over whole.
 */
final class AddedTokenFinder {

    /** Takes the parts of a text in order: the ranges between added tokens, and the tokens. */
    interface Parts {
        void text(int from, int to);

        void token(AddedToken token);
    }

    /** A token, and how it looks in the text that is searched. */
    private record Sought(AddedToken token, String content) {}

    private final Map<Character, List<Sought>> byFirstCharacter;

    /** @param form what is done to the text before it is searched, and so to the tokens */
    AddedTokenFinder(Collection<AddedToken> tokens, UnaryOperator<String> form) {
        byFirstCharacter = tokens.stream()
                .map(token -> new Sought(token, form.apply(token.content())))
                .sorted(Comparator.comparingInt(
                                (Sought sought) -> -sought.content().length())
                        .thenComparing(sought -> !sought.token().special()))
                .collect(Collectors.groupingBy(sought -> sought.content().charAt(0)));
    }

    boolean findsNothing() {
        return byFirstCharacter.isEmpty();
    }

    /** @param said characters that cannot be part of a token */
    void find(String text, BitSet said, Parts parts) {
        int done = 0;
        int at = 0;
        while (at < text.length()) {
            Sought found = tokenAt(text, said, at);
            if (found == null) {
                at++;
                continue;
            }
            AddedToken token = found.token();
            int from = at;
            int to = at + found.content().length();
            at = to;
            if (token.alone() && !standsAlone(text, from, to)) {
                continue;
            }
            int start = token.takesSpaceBefore() ? Math.max(done, spaceBefore(text, from)) : from;
            int end = token.takesSpaceAfter() ? spaceAfter(text, to) : to;
            if (done < start) {
                parts.text(done, start);
            }
            if (start < end) {
                parts.token(token);
            }
            done = Math.max(done, end);
        }
        if (done < text.length()) {
            parts.text(done, text.length());
        }
    }

    private @Nullable Sought tokenAt(String text, BitSet said, int at) {
        List<Sought> candidates = byFirstCharacter.get(text.charAt(at));
        if (candidates == null) {
            return null;
        }
        int nextSaid = said.nextSetBit(at);
        int limit = nextSaid < 0 ? text.length() : nextSaid;
        for (Sought candidate : candidates) {
            if (at + candidate.content().length() <= limit && text.startsWith(candidate.content(), at)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean standsAlone(String text, int from, int to) {
        return (from == 0 || !isWordCharacter(text.codePointBefore(from)))
                && (to == text.length() || !isWordCharacter(text.codePointAt(to)));
    }

    /** What {@code \w} matches by Unicode's recommendation (UTS 18, annex C). */
    private static boolean isWordCharacter(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.CONNECTOR_PUNCTUATION -> true;
            default -> Character.isAlphabetic(codePoint) || codePoint == 0x200C || codePoint == 0x200D;
        };
    }

    private static int spaceBefore(String text, int at) {
        int start = at;
        while (start > 0 && isSpace(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static int spaceAfter(String text, int at) {
        int end = at;
        while (end < text.length() && isSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isSpace(char character) {
        return Character.isSpaceChar(character) || (character >= '\t' && character <= '\r') || character == 0x85;
    }
}
