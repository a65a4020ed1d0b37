package org.aifactory.engine.server;

import java.util.List;

/**
 * Finds the first of several strings in a text that comes in pieces, and holds back what may be the beginning of one. Each string
 * is followed by the automaton of Knuth, Morris and Pratt (1977, SIAM J. Comput. 6), so that no choice of strings makes a character
 * cost more than a few steps.
 */
final class StopStrings {
    private final List<Automaton> automata;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    /** Looks for {@code strings}, none of them empty. */
    StopStrings(List<String> strings) {
        this.automata = strings.stream().map(Automaton::new).toList();
    }

    /** The text that can be shown now; nothing any more once a string is found. */
    String accept(String piece) {
        for (int i = 0; i < piece.length() && !found; i++) {
            held.append(piece.charAt(i));
            int longest = 0;
            for (Automaton automaton : automata) {
                if (automaton.accept(piece.charAt(i))) {
                    found = true;
                    longest = Math.max(longest, automaton.length());
                }
            }
            if (found) {
                held.setLength(held.length() - longest);
            }
        }
        int keep =
                found ? 0 : automata.stream().mapToInt(Automaton::matched).max().orElse(0);
        return take(held.length() - keep);
    }

    /** Whether one of the strings has been found; the text ends before it. */
    boolean found() {
        return found;
    }

    /** What was held back, when the text has ended. */
    String flush() {
        return take(held.length());
    }

    private String take(int length) {
        String taken = held.substring(0, length);
        held.delete(0, length);
        return taken;
    }

    private static final class Automaton {
        private final String string;
        /** For each length, that of the longest proper prefix of the string that the prefix of this length ends with. */
        private final int[] shorter;

        private int matched;

        Automaton(String string) {
            this.string = string;
            this.shorter = new int[string.length() + 1];
            int length = 0;
            for (int i = 1; i < string.length(); i++) {
                length = extend(length, string.charAt(i));
                shorter[i + 1] = length;
            }
        }

        private int extend(int length, char next) {
            int extended = length;
            while (extended > 0 && string.charAt(extended) != next) {
                extended = shorter[extended];
            }
            return string.charAt(extended) == next ? extended + 1 : 0;
        }

        /** Whether the string ends with this character. */
        boolean accept(char next) {
            matched = extend(matched, next);
            return matched == string.length();
        }

        /** How many of the last characters are the beginning of the string. */
        int matched() {
            return matched;
        }

        int length() {
            return string.length();
        }
    }
}
