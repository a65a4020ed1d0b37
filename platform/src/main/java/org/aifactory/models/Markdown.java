package org.aifactory.models;

import java.util.stream.Collectors;

/** Words of others in Markdown and YAML, so that they stay words there. */
final class Markdown {
    /** All that CommonMark gives a meaning to. */
    private static final String PUNCTUATION = "\\`*_{}[]()#+-.!|~^$:@/=";

    private Markdown() {}

    /** One line of plain text. */
    static String text(String words) {
        StringBuilder text = new StringBuilder();
        words.codePoints().forEach(character -> {
            switch (character) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                default -> {
                    if (isInvisible(character)) {
                        text.append(' ');
                    } else {
                        text.append(PUNCTUATION.indexOf(character) >= 0 ? "\\" : "")
                                .appendCodePoint(character);
                    }
                }
            }
        });
        return text.toString().strip();
    }

    /** What a person wrote in Markdown, in a quotation that it cannot leave, and without HTML. */
    static String quotation(String words) {
        return words.strip().lines().map(line -> "> " + withoutHtml(line)).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String withoutHtml(String line) {
        StringBuilder text = new StringBuilder();
        line.codePoints().forEach(character -> {
            if (character == '<') {
                text.append("&lt;");
            } else {
                text.appendCodePoint(isInvisible(character) && character != '\t' ? ' ' : character);
            }
        });
        return text.toString();
    }

    /** A string of YAML between double quotes, where JSON's escapes hold. */
    static String yaml(String words) {
        StringBuilder text = new StringBuilder("\"");
        words.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') {
                text.append('\\').appendCodePoint(character);
            } else if (isInvisible(character)) {
                text.append(' ');
            } else {
                text.appendCodePoint(character);
            }
        });
        return text.append('"').toString();
    }

    /** What ends a line, moves the cursor, turns the direction of text, or cannot be written as UTF-8. */
    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            // The joiners belong to the spelling of some languages.
            case Character.FORMAT -> character != 0x200C && character != 0x200D;
            default -> false;
        };
    }
}
