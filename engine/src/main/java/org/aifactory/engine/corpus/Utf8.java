package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.LongConsumer;

/** Finds where bytes are not UTF-8, by the rule by which Java replaces them: each maximal broken part is one place. */
final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer scratch = CharBuffer.allocate(1 << 14);
    private long replacedBytes;

    /**
     * Goes over the bytes and leaves in the buffer those of a character that is not complete yet.
     *
     * @param offset where the buffer's position 0 stands in the file
     * @param last whether nothing follows
     * @param invalid told the file offset of each broken place
     */
    void check(ByteBuffer bytes, long offset, boolean last, LongConsumer invalid) {
        while (true) {
            scratch.clear();
            CoderResult result = decoder.decode(bytes, scratch, last);
            if (result.isUnderflow()) {
                break;
            }
            if (result.isMalformed()) {
                invalid.accept(offset + bytes.position());
                bytes.position(bytes.position() + result.length());
                replacedBytes += result.length();
            }
        }
        if (last) {
            decoder.reset();
        }
    }

    /** Bytes that will become U+FFFD, so far. */
    long replacedBytes() {
        return replacedBytes;
    }

    /** The text of the bytes; tells the file offset of each place that had to be replaced. */
    String decode(byte[] bytes, int length, long offset, LongConsumer invalid) {
        String text = new String(bytes, 0, length, UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            check(ByteBuffer.wrap(bytes, 0, length), offset, true, invalid);
        }
        return text;
    }

    /** Bytes that the text takes in UTF-8. */
    static long length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                // Each half of a surrogate pair stands for two of its four bytes.
                length += Character.isSurrogate(c) ? 1 : 2;
            } else if (c >= 0x80) {
                length++;
            }
        }
        return length;
    }

    /** JSON can spell half a surrogate pair, which no encoding can hold. */
    static String withoutLoneSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int codePoint = text.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(codePoint)) {
                    return text.codePoints()
                            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString();
                }
                i++;
            }
        }
        return text;
    }
}
