package org.aifactory.engine.corpus;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.aifactory.engine.corpus.DocumentSet.Part;

/** Decides by a hash of each document's place, not of its number, what is held out. */
final class Splitter {
    private static final int FEW_DOCUMENTS = 20;
    private static final double HELD_OUT_SHARE = 0.05;
    private static final double TAIL_SHARE = 0.1;
    private static final long HELD_OUT_BYTES_MAX = 1L << 25;

    private final DocumentReader reader;
    private final DocumentTable table;
    private final long seed;

    Splitter(DocumentReader reader, long seed) {
        this.reader = reader;
        this.table = reader.table();
        this.seed = seed;
    }

    Split split() {
        int[] conversations = indices(true);
        int[] texts = indices(false);
        BitSet heldOut = heldOut(conversations);
        BitSet heldOutTexts = heldOut(texts);
        heldOut.or(heldOutTexts);
        Map<Integer, Long> cuts = heldOutTexts.isEmpty() ? cuts(texts) : Map.of();
        int[] training = IntStream.range(0, table.size())
                .filter(document -> !heldOut.get(document))
                .toArray();
        int[] validation = IntStream.range(0, table.size())
                .filter(document -> heldOut.get(document) || cuts.containsKey(document))
                .toArray();
        return new Split(
                new DocumentSet(reader, training, Part.BEFORE_CUT, cuts),
                new DocumentSet(reader, validation, Part.AFTER_CUT, cuts));
    }

    private int[] indices(boolean conversations) {
        return IntStream.range(0, table.size())
                .filter(document -> table.conversation(document) == conversations)
                .toArray();
    }

    /** Takes documents in the order of their hashes until the share is reached, passing over those too large for it. */
    private BitSet heldOut(int[] documents) {
        BitSet chosen = new BitSet();
        if (documents.length < FEW_DOCUMENTS) {
            return chosen;
        }
        int wanted = (int) Math.round(HELD_OUT_SHARE * documents.length);
        long room =
                tailBytes(IntStream.of(documents).mapToLong(table::textBytes).sum(), HELD_OUT_BYTES_MAX);
        record Candidate(int document, long hash) {}
        int[] order = IntStream.of(documents)
                .mapToObj(document -> new Candidate(document, hash(document)))
                .sorted(Comparator.comparingLong(Candidate::hash).thenComparingInt(Candidate::document))
                .mapToInt(Candidate::document)
                .toArray();
        for (int i = 0; i < order.length && wanted > 0; i++) {
            long bytes = table.textBytes(order[i]);
            if (bytes <= room) {
                chosen.set(order[i]);
                room -= bytes;
                wanted--;
            }
        }
        return chosen;
    }

    private Map<Integer, Long> cuts(int[] texts) {
        Map<Integer, Long> cuts = new HashMap<>();
        for (int document : texts) {
            long size = reader.textSize(document);
            long cut = ParagraphCut.find(
                    (from, to) -> reader.textBytes(document, from, to),
                    size,
                    tailBytes(size, HELD_OUT_BYTES_MAX / texts.length));
            if (cut < size) {
                cuts.put(document, cut);
            }
        }
        return cuts;
    }

    private static long tailBytes(long size, long max) {
        return Math.min(Math.round(TAIL_SHARE * size), max);
    }

    private long hash(int document) {
        long name = Hash.of(reader.file(document).name());
        return Hash.mix(Hash.mix(seed ^ name) ^ table.from(document));
    }
}
