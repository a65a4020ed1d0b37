package org.aifactory.engine.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text as bytes. */
final class Utf8 {
    private Utf8() {}

    /** UTF-8 of the text, with U+FFFD for every surrogate that has lost its partner. */
    static byte[] bytes(String text) {
        int lone = loneSurrogate(text, 0);
        return (lone < 0 ? text : withoutLoneSurrogates(text, lone)).getBytes(UTF_8);
    }

    /** Text of the bytes, with U+FFFD for what is not UTF-8. */
    static String text(byte[] bytes) {
        breakSurrogates(bytes);
        return new String(bytes, UTF_8);
    }

    /**
     * Makes Java decode an encoded surrogate as the Unicode standard says, and so as every other tokenizer does: each of its
     * bytes becomes U+FFFD, where Java alone would make one of the three.
     */
    static void breakSurrogates(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == (byte) 0xED && (bytes[i + 1] & 0xE0) == 0xA0) {
                bytes[i] = (byte) 0xFF;
            }
        }
    }

    private static String withoutLoneSurrogates(String text, int first) {
        StringBuilder repaired = new StringBuilder(text);
        for (int lone = first; lone >= 0; lone = loneSurrogate(text, lone + 1)) {
            repaired.setCharAt(lone, '\uFFFD');
        }
        return repaired.toString();
    }

    private static int loneSurrogate(String text, int from) {
        int i = from;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return -1;
    }

    /** Code point of the well-formed sequence at an index. */
    static int codePoint(byte[] utf8, int index) {
        int first = utf8[index];
        if (first >= 0) {
            return first;
        }
        int second = utf8[index + 1] & 0x3F;
        if ((first & 0xE0) == 0xC0) {
            return (first & 0x1F) << 6 | second;
        }
        int third = utf8[index + 2] & 0x3F;
        if ((first & 0xF0) == 0xE0) {
            return (first & 0x0F) << 12 | second << 6 | third;
        }
        return (first & 0x07) << 18 | second << 12 | third << 6 | (utf8[index + 3] & 0x3F);
    }

    /** Index after the well-formed sequence at an index. */
    static int next(byte[] utf8, int index) {
        int first = utf8[index];
        if (first >= 0) {
            return index + 1;
        }
        return index + ((first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4);
    }

    /** Index before the well-formed sequence that ends at an index. */
    static int previous(byte[] utf8, int index) {
        int previous = index - 1;
        while ((utf8[previous] & 0xC0) == 0x80) {
            previous--;
        }
        return previous;
    }
}
