package org.aifactory.engine.tokenizer;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads regular expressions written for Oniguruma, which Hugging Face's tokenizers use, as Java's. Only what means the same in
 * both, or can be rewritten so, is let through; groups may not be repeated, because Java matches those by recursion.
 */
final class OnigurumaPattern {

    /** Groups in one another; Java reads them by recursion, and real patterns have two or three. */
    private static final int DEPTH_MAX = 20;

    private static final int SHOWN_MAX = 300;

    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE | Pattern.UNIX_LINES;

    private final String source;
    private final StringBuilder java = new StringBuilder();
    private int at;
    private int depth;

    private OnigurumaPattern(String source) {
        this.source = source;
    }

    static Pattern compile(String source) throws Refusal {
        OnigurumaPattern pattern = new OnigurumaPattern(source);
        String java = pattern.translated();
        try {
            return Pattern.compile(java, FLAGS);
        } catch (PatternSyntaxException e) {
            throw pattern.notUnderstood(e.getDescription());
        }
    }

    private Refusal notUnderstood(String part) {
        String shown = source.substring(0, Math.min(SHOWN_MAX, source.length()));
        return new Refusal("its pattern " + shown + " has a part that is not understood: " + part);
    }

    private String translated() throws Refusal {
        while (at < source.length()) {
            char character = source.charAt(at);
            switch (character) {
                case '\\' -> escape();
                case '[' -> characterClass();
                case '(' -> group();
                case ')' -> groupEnd();
                case '}' -> boundEnd();
                case '^', '$' -> throw notUnderstood("the anchor " + character);
                default -> copy(1);
            }
        }
        return java.toString();
    }

    private void copy(int length) {
        java.append(source, at, at + length);
        at += length;
    }

    private char peek(int distance) {
        return at + distance < source.length() ? source.charAt(at + distance) : '\0';
    }

    private void escape() throws Refusal {
        char name = peek(1);
        if (name == 'p' || name == 'P') {
            property();
        } else if ("sSdDnrtf".indexOf(name) >= 0 || (name < 128 && name != '\0' && !Character.isLetterOrDigit(name))) {
            copy(2);
        } else {
            throw notUnderstood("the escape \\" + name);
        }
    }

    /** General categories have one or two letters in both; scripts need a prefix in Java. */
    private void property() throws Refusal {
        int end = source.indexOf('}', at);
        String name = peek(2) == '{' && end > 0 ? source.substring(at + 3, end) : "";
        if (!name.matches("[A-Z][A-Za-z]*")) {
            throw notUnderstood("the property " + source.substring(at, Math.min(source.length(), at + 12)));
        }
        java.append(source, at, at + 3)
                .append(name.length() > 2 ? "Is" : "")
                .append(name)
                .append('}');
        at = end + 1;
    }

    private void characterClass() throws Refusal {
        copy(1);
        if (peek(0) == '^') {
            copy(1);
        }
        while (peek(0) != ']') {
            switch (peek(0)) {
                case '\\' -> escape();
                case '[' -> throw notUnderstood("a class within a class");
                case '&' -> {
                    if (peek(1) == '&') {
                        throw notUnderstood("the intersection of classes");
                    }
                    copy(1);
                }
                case '\0' -> throw notUnderstood("a class without an end");
                default -> copy(1);
            }
        }
        copy(1);
    }

    private void group() throws Refusal {
        boolean known = peek(1) != '?'
                || source.startsWith("(?:", at)
                || source.startsWith("(?i:", at)
                || source.startsWith("(?=", at)
                || source.startsWith("(?!", at)
                || source.startsWith("(?<=", at)
                || source.startsWith("(?<!", at);
        if (!known) {
            throw notUnderstood("the group " + source.substring(at, Math.min(source.length(), at + 4)));
        }
        if (++depth > DEPTH_MAX) {
            throw notUnderstood("groups nested too deeply");
        }
        copy(1);
    }

    private void groupEnd() throws Refusal {
        if (peek(1) == '*' || peek(1) == '+' || peek(1) == '{') {
            throw notUnderstood("a repeated group");
        }
        depth--;
        copy(1);
    }

    private void boundEnd() throws Refusal {
        if (peek(1) == '+') {
            throw notUnderstood("a repetition of a repetition");
        }
        copy(1);
    }
}
