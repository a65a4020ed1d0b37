package org.aifactory.engine.corpus;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Where each document lies: 28 bytes and a bit of memory for a document of any length. A plain file's range leaves out its byte
 * order mark; a JSONL line's its line end.
 */
final class DocumentTable {
    private int size;
    private int[] file = new int[16];
    private long[] from = new long[16];
    private long[] to = new long[16];
    private long[] textBytes = new long[16];
    private final BitSet conversations = new BitSet();

    void add(int fileIndex, long start, long end, long utf8Bytes, boolean conversation) {
        if (size == file.length) {
            int capacity = Math.max(size + 1, (int) Math.min(Integer.MAX_VALUE - 8L, size * 3L / 2));
            file = Arrays.copyOf(file, capacity);
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
            textBytes = Arrays.copyOf(textBytes, capacity);
        }
        file[size] = fileIndex;
        from[size] = start;
        to[size] = end;
        textBytes[size] = utf8Bytes;
        conversations.set(size, conversation);
        size++;
    }

    /** Appends the documents of one more file. */
    void addAll(DocumentTable documents, int fileIndex) {
        for (int i = 0; i < documents.size; i++) {
            add(fileIndex, documents.from[i], documents.to[i], documents.textBytes[i], documents.conversations.get(i));
        }
    }

    int size() {
        return size;
    }

    int file(int document) {
        return file[document];
    }

    long from(int document) {
        return from[document];
    }

    long to(int document) {
        return to[document];
    }

    /** UTF-8 bytes of the text itself, after decoding. */
    long textBytes(int document) {
        return textBytes[document];
    }

    boolean conversation(int document) {
        return conversations.get(document);
    }

    int conversations() {
        return conversations.cardinality();
    }
}
