package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.corpus.TokenShards;

/**
 * Conversations packed one after another into rows; a row begins with the beginning of a conversation, and what does not fit
 * opens the next row. A conversation longer than a row is cut at its end. Each pass through the data packs them in another order.
 */
final class ConversationRows implements Rows {
    private final TokenShards shards;
    private final int length;
    private final long seed;
    private final int endOfText;
    private final List<Packing> packings = new ArrayList<>();

    /** One pass: in which order the conversations come and which place of the order opens each row. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Packing(long firstRow, Permutation order, long[] opens) {
        long rows() {
            return opens.length - 1L;
        }
    }

    /**
     * @param length tokens of a row
     * @param endOfText id that fills what is left of a row
     */
    ConversationRows(TokenShards shards, int length, long seed, int endOfText) {
        this.shards = shards;
        this.length = length;
        this.seed = seed;
        this.endOfText = endOfText;
    }

    @Override
    public void read(long number, Batch batch, int row) {
        Packing packing = packing(number);
        int within = (int) (number - packing.firstRow());
        int start = row * length;
        int filled = 0;
        for (long place = packing.opens()[within]; place < packing.opens()[within + 1]; place++) {
            filled += write(packing.order().apply(place), batch, start + filled, length - filled);
        }
        for (int i = filled; i < length; i++) {
            batch.tokens()[start + i] = endOfText;
            batch.targets()[start + i] = Batch.NOT_LEARNED;
        }
    }

    /** Writes one conversation and returns how many places it took. */
    private int write(long document, Batch batch, int at, int room) {
        long from = shards.documentStart(document);
        int size = (int) Math.min(room, size(document));
        long[] tokens = new long[size];
        shards.copy(from, size, tokens);
        System.arraycopy(tokens, 0, batch.tokens(), at, size);
        for (int i = 0; i < size; i++) {
            boolean learned = i + 1 < size && shards.learned(from + i + 1);
            batch.targets()[at + i] = learned ? tokens[i + 1] : Batch.NOT_LEARNED;
        }
        return size;
    }

    private long size(long document) {
        long end = document + 1 < shards.documents() ? shards.documentStart(document + 1) : shards.tokens();
        return end - shards.documentStart(document);
    }

    private synchronized Packing packing(long number) {
        while (number >= packedRows()) {
            packings.add(pack(packings.size()));
        }
        // The row that is wanted is most often one of the newest pass.
        for (Packing packing : packings.reversed()) {
            if (number >= packing.firstRow()) {
                return packing;
            }
        }
        throw new IllegalArgumentException("there is no row " + number);
    }

    private long packedRows() {
        return packings.isEmpty()
                ? 0
                : packings.getLast().firstRow() + packings.getLast().rows();
    }

    private Packing pack(int epoch) {
        Permutation order = new Permutation(shards.documents(), seed + epoch);
        List<Long> opens = new ArrayList<>();
        long room = 0;
        for (long place = 0; place < shards.documents(); place++) {
            long size = Math.min(length, size(order.apply(place)));
            if (size > room) {
                opens.add(place);
                room = length;
            }
            room -= size;
        }
        opens.add(shards.documents());
        return new Packing(
                packedRows(), order, opens.stream().mapToLong(Long::longValue).toArray());
    }
}
