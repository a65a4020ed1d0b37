package org.aifactory.engine.tokenizer;

/**
 * The split of Llama 3, written by hand because it is on the path of every byte that is trained on. The alternatives of
 * {@link #pattern()} are tried in its order at each position, as the regular expression would.
 *
 * @param digits longest run of digits in one word: 3 for Llama 3, 1 for Qwen2 and Qwen3, which share the rest of the pattern
 */
record LlamaSplitter(int digits) implements WordSplitter {
    static final LlamaSplitter LLAMA_3 = new LlamaSplitter(3);
    static final LlamaSplitter QWEN_2 = new LlamaSplitter(1);

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte SPACE = 3;
    private static final byte NEWLINE = 4;

    private static final byte[] ASCII = new byte[128];

    static {
        for (int character = 0; character < ASCII.length; character++) {
            ASCII[character] = kindOf(character);
        }
    }

    /** The same split as a regular expression, as {@code tokenizer.json} writes it. */
    String pattern() {
        return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                + (digits == 1 ? "" : "{1," + digits + "}")
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    @Override
    public void split(String text, Words words) {
        byte[] utf8 = Utf8.bytes(text);
        int from = 0;
        while (from < utf8.length) {
            int to = wordEnd(utf8, from);
            words.accept(utf8, from, to);
            from = to;
        }
    }

    private int wordEnd(byte[] utf8, int from) {
        int contraction = utf8[from] == '\'' ? contractionEnd(utf8, from + 1) : from;
        if (contraction > from) {
            return contraction;
        }
        byte kind = kind(utf8, from);
        int second = Utf8.next(utf8, from);
        if (kind == LETTER) {
            return runEnd(utf8, second, LETTER);
        }
        if (kind == NUMBER) {
            return numberEnd(utf8, second);
        }
        if (kind != NEWLINE && kind(utf8, second) == LETTER) {
            return runEnd(utf8, second, LETTER);
        }
        if (kind == OTHER) {
            return symbolsEnd(utf8, second);
        }
        if (utf8[from] == ' ' && kind(utf8, second) == OTHER) {
            return symbolsEnd(utf8, second);
        }
        return spaceEnd(utf8, from);
    }

    private static int contractionEnd(byte[] utf8, int from) {
        int none = from - 1;
        return switch (lower(utf8, from)) {
            case 's', 't', 'm', 'd' -> from + 1;
            case 'r', 'v' -> lower(utf8, from + 1) == 'e' ? from + 2 : none;
            case 'l' -> lower(utf8, from + 1) == 'l' ? from + 2 : none;
            default -> isLongS(utf8, from) ? from + 2 : none;
        };
    }

    private static int lower(byte[] utf8, int index) {
        return index < utf8.length ? Character.toLowerCase(utf8[index]) : -1;
    }

    /** U+017F folds to s where case is ignored. */
    private static boolean isLongS(byte[] utf8, int index) {
        return index + 1 < utf8.length && utf8[index] == (byte) 0xC5 && utf8[index + 1] == (byte) 0xBF;
    }

    private static int runEnd(byte[] utf8, int from, byte kind) {
        int end = from;
        while (end < utf8.length && kind(utf8, end) == kind) {
            end = Utf8.next(utf8, end);
        }
        return end;
    }

    private int numberEnd(byte[] utf8, int from) {
        int end = from;
        for (int count = 1; count < digits && end < utf8.length && kind(utf8, end) == NUMBER; count++) {
            end = Utf8.next(utf8, end);
        }
        return end;
    }

    private static int symbolsEnd(byte[] utf8, int from) {
        return runEnd(utf8, runEnd(utf8, from, OTHER), NEWLINE);
    }

    /** End of white space: after its last newline, else before its last character where a word follows that may take it. */
    private static int spaceEnd(byte[] utf8, int from) {
        int end = from;
        int newlineEnd = -1;
        while (end < utf8.length) {
            byte kind = kind(utf8, end);
            if (kind != SPACE && kind != NEWLINE) {
                break;
            }
            end = Utf8.next(utf8, end);
            if (kind == NEWLINE) {
                newlineEnd = end;
            }
        }
        if (newlineEnd >= 0) {
            return newlineEnd;
        }
        int last = Utf8.previous(utf8, end);
        return end == utf8.length || last == from ? end : last;
    }

    /** Kind of the character at an index; the end of the text is of no kind that continues a word. */
    private static byte kind(byte[] utf8, int index) {
        if (index >= utf8.length) {
            return NEWLINE;
        }
        byte first = utf8[index];
        return first >= 0 ? ASCII[first] : kindOf(Utf8.codePoint(utf8, index));
    }

    private static byte kindOf(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> kindOfControl(codePoint);
        };
    }

    /** White space among the control characters: Unicode's White_Space property. */
    private static byte kindOfControl(int codePoint) {
        return switch (codePoint) {
            case '\n', '\r' -> NEWLINE;
            case '\t', 0x0B, '\f', 0x85 -> SPACE;
            default -> OTHER;
        };
    }
}
