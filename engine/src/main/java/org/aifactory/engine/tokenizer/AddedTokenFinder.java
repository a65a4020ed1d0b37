package org.aifactory.engine.tokenizer;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in text: the leftmost, and of those that start at one place the longest. */
final class AddedTokenFinder {

    /** Takes the parts of a text in order: the text between added tokens, and the tokens. */
    interface Parts {
        void text(String text);

        void token(AddedToken token);
    }

    private final Map<Character, List<AddedToken>> byFirstCharacter;

    AddedTokenFinder(Collection<AddedToken> tokens) {
        byFirstCharacter = tokens.stream()
                .sorted(Comparator.comparingInt(token -> -token.content().length()))
                .collect(Collectors.groupingBy(token -> token.content().charAt(0)));
    }

    void find(String text, Parts parts) {
        if (byFirstCharacter.isEmpty()) {
            parts.text(text);
            return;
        }
        int done = 0;
        int at = 0;
        while (at < text.length()) {
            AddedToken token = tokenAt(text, at);
            if (token == null) {
                at++;
                continue;
            }
            int start = token.takesSpaceBefore() ? spaceBefore(text, at, done) : at;
            at += token.content().length();
            emit(text, done, start, parts);
            parts.token(token);
            at = token.takesSpaceAfter() ? spaceAfter(text, at) : at;
            done = at;
        }
        emit(text, done, text.length(), parts);
    }

    private static void emit(String text, int from, int to, Parts parts) {
        if (from < to) {
            parts.text(text.substring(from, to));
        }
    }

    private @Nullable AddedToken tokenAt(String text, int at) {
        List<AddedToken> candidates = byFirstCharacter.get(text.charAt(at));
        if (candidates == null) {
            return null;
        }
        for (AddedToken token : candidates) {
            if (text.startsWith(token.content(), at)) {
                return !token.alone()
                                || standsAlone(text, at, at + token.content().length())
                        ? token
                        : null;
            }
        }
        return null;
    }

    private static boolean standsAlone(String text, int from, int to) {
        return (from == 0 || !isWordCharacter(text.codePointBefore(from)))
                && (to == text.length() || !isWordCharacter(text.codePointAt(to)));
    }

    private static boolean isWordCharacter(int codePoint) {
        return Character.isLetterOrDigit(codePoint) || codePoint == '_';
    }

    private static int spaceBefore(String text, int at, int limit) {
        int start = at;
        while (start > limit && isSpace(text.charAt(start - 1))) {
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
