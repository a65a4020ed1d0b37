package org.aifactory.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's one-to-one mapping of the 256 bytes to printable characters, in which {@code tokenizer.json} writes its tokens: bytes
 * that are printable in Latin-1 stand for themselves, the others for the characters from U+0100 on, in order.
 */
final class ByteAlphabet {
    private static final char[] CHARACTERS = characters();
    private static final short[] BYTES = bytes();

    private ByteAlphabet() {}

    private static char[] characters() {
        char[] characters = new char[256];
        char next = 256;
        for (int value = 0; value < 256; value++) {
            characters[value] = isPrintable(value) ? (char) value : next++;
        }
        return characters;
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
    }

    private static short[] bytes() {
        short[] bytes = new short[CHARACTERS[0xAD] + 1];
        Arrays.fill(bytes, (short) -1);
        for (int value = 0; value < 256; value++) {
            bytes[CHARACTERS[value]] = (short) value;
        }
        return bytes;
    }

    static String text(byte[] bytes, int from, int to) {
        char[] text = new char[to - from];
        for (int i = 0; i < text.length; i++) {
            text[i] = CHARACTERS[bytes[from + i] & 0xFF];
        }
        return new String(text);
    }

    static String text(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    /** The bytes that a token's text stands for; a text with any other character stands for its own UTF-8. */
    static byte[] bytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = text.charAt(i);
            if (character >= BYTES.length || BYTES[character] < 0) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTES[character];
        }
        return bytes;
    }
}
