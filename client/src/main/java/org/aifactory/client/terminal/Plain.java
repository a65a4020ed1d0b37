package org.aifactory.client.terminal;

/**
 * Text that others wrote, made harmless for a terminal. Nothing in it can move the cursor, change colours or the title, or turn the
 * direction of what stands beside it.
 */
public final class Plain {
    private Plain() {}

    /** One line: what cannot be shown becomes nothing, an end of a line a space. */
    public static String line(String text) {
        return kept(text.replaceAll("\\R+|\t", " "), false);
    }

    /** Several lines: ends of lines and tabs stay. */
    public static String lines(String text) {
        return kept(text.replace("\r\n", "\n"), true);
    }

    private static String kept(String text, boolean lines) {
        if (text.codePoints().allMatch(character -> isShown(character, lines))) {
            return text;
        }
        return text.codePoints()
                .filter(character -> isShown(character, lines))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** JSON stays the same JSON: what must not reach a terminal stands there as an escape. */
    public static String json(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        json.codePoints().forEach(character -> {
            if (isShown(character, true)) {
                safe.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    safe.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return safe.toString();
    }

    private static boolean isShown(int character, boolean lines) {
        if (character == '\n' || character == '\t') {
            return lines;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> !turnsDirection(character);
            default -> true;
        };
    }

    private static boolean turnsDirection(int character) {
        return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    }
}
