package org.aifactory.engine.jinja;

/** What Python says of characters and of the spelling of strings. */
final class Python {
    private Python() {}

    /** {@code str.isspace} of one character. */
    static boolean isSpace(int character) {
        return (character >= '\t' && character <= '\r')
                || (character >= 0x1C && character <= 0x1F)
                || character == 0x85
                || Character.isSpaceChar(character);
    }

    /** Where the white space that ends at an index begins. */
    static int spaceStart(String text, int end) {
        int start = end;
        while (start > 0 && isSpace(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    /** Where the white space that begins at an index ends. */
    static int spaceEnd(String text, int start) {
        int end = start;
        while (end < text.length() && isSpace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    static boolean isLineBreak(char character) {
        return (character >= '\n' && character <= '\r')
                || (character >= 0x1C && character <= 0x1E)
                || character == 0x85
                || character == 0x2028
                || character == 0x2029;
    }

    /** What the inside of a string literal stands for; unknown escapes stand for themselves. */
    static String unescaped(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder text = new StringBuilder(literal.length());
        int at = 0;
        while (at < literal.length()) {
            char character = literal.charAt(at++);
            if (character != '\\' || at == literal.length()) {
                text.append(character);
                continue;
            }
            char escape = literal.charAt(at++);
            switch (escape) {
                case '\n' -> {}
                case '\\', '\'', '"' -> text.append(escape);
                case 'a' -> text.append('\u0007');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'v' -> text.append('\u000B');
                case 'x' -> at = coded(literal, at, 2, text);
                case 'u' -> at = coded(literal, at, 4, text);
                case 'U' -> at = coded(literal, at, 8, text);
                case '0', '1', '2', '3', '4', '5', '6', '7' -> at = octal(literal, at - 1, text);
                default -> text.append('\\').append(escape);
            }
        }
        return text.toString();
    }

    private static int coded(String literal, int at, int digits, StringBuilder text) {
        try {
            int end = at + digits;
            int codePoint = Integer.parseInt(literal, at, Math.min(end, literal.length()), 16);
            text.appendCodePoint(codePoint);
            return end;
        } catch (IllegalArgumentException | IndexOutOfBoundsException notACharacter) {
            throw new JinjaException("a string holds an escape that is no character");
        }
    }

    private static int octal(String literal, int at, StringBuilder text) {
        int end = at;
        int value = 0;
        while (end < Math.min(at + 3, literal.length()) && literal.charAt(end) >= '0' && literal.charAt(end) <= '7') {
            value = value * 8 + literal.charAt(end++) - '0';
        }
        text.append((char) value);
        return end;
    }

    /** {@code repr} of a string. */
    static Text quoted(Text text) {
        boolean single = text.chars().indexOf('\'') < 0 || text.chars().indexOf('"') >= 0;
        String quote = single ? "'" : "\"";
        Text.Builder quoted = new Text.Builder().add(quote);
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.chars().codePointAt(at);
            quoted.add(spelled(codePoint, quote), text.origins().charAt(at));
            at += Character.charCount(codePoint);
        }
        return quoted.add(quote).build();
    }

    private static String spelled(int codePoint, String quote) {
        return switch (codePoint) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case ' ' -> " ";
            case '\'', '"' -> (codePoint == quote.charAt(0) ? "\\" : "") + (char) codePoint;
            default -> isPrintable(codePoint) ? Character.toString(codePoint) : hexadecimal(codePoint);
        };
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String hexadecimal(int codePoint) {
        if (codePoint < 0x100) {
            return "\\x%02x".formatted(codePoint);
        }
        return (codePoint < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(codePoint);
    }

    /** {@code repr} of a float: the shortest digits that give the number back. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        String plain = new java.math.BigDecimal(Double.toString(value)).toPlainString();
        if (size == 0 || (size >= 1e-4 && size < 1e16)) {
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String scientific = Double.toString(value).replace(".0E", "E");
        int exponent = scientific.indexOf('E');
        int power = Integer.parseInt(scientific.substring(exponent + 1));
        return scientific.substring(0, exponent) + "e" + (power < 0 ? "-" : "+") + (Math.abs(power) < 10 ? "0" : "")
                + Math.abs(power);
    }
}
