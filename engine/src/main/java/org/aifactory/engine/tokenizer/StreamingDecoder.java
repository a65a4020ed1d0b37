package org.aifactory.engine.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns tokens into text as they come, holding back the bytes of a character that is not whole yet. All parts together are what
 * {@link Tokenizer#decode} says of all tokens. Not for use by several threads at once.
 */
public final class StreamingDecoder {
    private final Tokenizer tokenizer;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] held = {};

    StreamingDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The characters that this token completes, none for a special token. */
    public String accept(int id) {
        return tokenizer.isSpecial(id) ? "" : decode(tokenizer.bytes(id), false);
    }

    /** What was held back, as U+FFFD; call it once after the last token, then the decoder is as new. */
    public String flush() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] added, boolean last) {
        byte[] joined = Arrays.copyOf(held, held.length + added.length);
        System.arraycopy(added, 0, joined, held.length, added.length);
        Utf8.breakSurrogates(joined);
        ByteBuffer bytes = ByteBuffer.wrap(joined);
        CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.decode(bytes, characters, last);
        if (last) {
            decoder.flush(characters);
        }
        held = Arrays.copyOfRange(joined, bytes.position(), joined.length);
        return characters.flip().toString();
    }
}
