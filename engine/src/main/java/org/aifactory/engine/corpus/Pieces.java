package org.aifactory.engine.corpus;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Cuts a stream of characters where a tokenizer would start a new word anyway. */
final class Pieces implements Iterator<String> {
    static final int PIECE_CHARACTERS = 1 << 18;

    private final Reader reader;
    private final char[] buffer;
    private int filled;
    private boolean ended;

    private Pieces(Reader reader, int capacity) {
        this.reader = reader;
        this.buffer = new char[capacity];
    }

    static Stream<String> of(Reader reader, long charactersMax) {
        // The one more is to see the end of a short text at the first reading.
        Pieces pieces = new Pieces(reader, (int) Math.min(PIECE_CHARACTERS, charactersMax + 1));
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(pieces, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(pieces::close);
    }

    @Override
    public boolean hasNext() {
        fill();
        return filled > 0;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int cut = ended ? filled : wordStart();
        String piece = new String(buffer, 0, cut);
        System.arraycopy(buffer, cut, buffer, 0, filled - cut);
        filled -= cut;
        return piece;
    }

    private void fill() {
        try {
            while (!ended && filled < buffer.length) {
                int read = reader.read(buffer, filled, buffer.length - filled);
                if (read < 0) {
                    ended = true;
                    reader.close();
                } else {
                    filled += read;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last place in the second half of a full buffer where a word starts; a line's start is better than a space. */
    private int wordStart() {
        for (int i = filled - 1; i > filled / 2; i--) {
            if (buffer[i - 1] == '\n' && !whitespace(buffer[i])) {
                return i;
            }
        }
        for (int i = filled - 1; i > filled / 2; i--) {
            if (buffer[i] == ' ' && !whitespace(buffer[i - 1])) {
                return i;
            }
        }
        return filled > 1 && Character.isHighSurrogate(buffer[filled - 1]) ? filled - 1 : filled;
    }

    private static boolean whitespace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
