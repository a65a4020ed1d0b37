package org.aifactory.engine.corpus;

import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.engine.chat.Message;

/** Documents of a corpus in some order. Holds their numbers only; each is read when a stream arrives at it. */
public final class DocumentSet {

    /** Which part of a document that is cut in two belongs to the set. */
    enum Part {
        WHOLE,
        BEFORE_CUT,
        AFTER_CUT
    }

    private final DocumentReader reader;
    private final int[] order;
    private final Part part;
    private final Map<Integer, Long> cuts;

    /** Takes the documents over in that order; the cuts are offsets in bytes into the text of documents cut in two. */
    DocumentSet(DocumentReader reader, int[] order, Part part, Map<Integer, Long> cuts) {
        this.reader = reader;
        this.order = order;
        this.part = part;
        this.cuts = cuts;
    }

    public int size() {
        return order.length;
    }

    public boolean isEmpty() {
        return order.length == 0;
    }

    /** UTF-8 bytes of the text; in a cut file, bytes that were not UTF-8 are counted before they are replaced. */
    public long bytes() {
        return IntStream.of(order).mapToLong(this::bytes).sum();
    }

    private long bytes(int document) {
        Long cut = part == Part.WHOLE ? null : cuts.get(document);
        if (cut == null) {
            return reader.table().textBytes(document);
        }
        return part == Part.BEFORE_CUT ? cut : reader.textSize(document) - cut;
    }

    /** The texts alone, in the same order. */
    public DocumentSet texts() {
        return filtered(document -> !reader.table().conversation(document));
    }

    /** The conversations alone, in the same order. */
    public DocumentSet conversations() {
        return filtered(reader.table()::conversation);
    }

    private DocumentSet filtered(IntPredicate predicate) {
        return new DocumentSet(reader, IntStream.of(order).filter(predicate).toArray(), part, cuts);
    }

    /** The same documents in an order that the seed alone decides, on every machine. */
    public DocumentSet shuffled(long seed) {
        int[] shuffled = order.clone();
        // The algorithm of this generator is part of Java's specification.
        Random random = new Random(seed);
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return new DocumentSet(reader, shuffled, part, cuts);
    }

    /** The documents in order. */
    public Stream<Document> stream() {
        return IntStream.of(order).mapToObj(this::read);
    }

    /** All text in pieces: those of the texts, and what is said in each turn of the conversations. */
    public Stream<String> pieces() {
        return stream().flatMap(document -> switch (document) {
            case Document.Text text -> text.pieces();
            case Document.Conversation conversation ->
                conversation.messages().stream().map(Message::content);
        });
    }

    private Document read(int document) {
        Long cut = cuts.get(document);
        if (part == Part.WHOLE || cut == null) {
            return reader.read(document);
        }
        return part == Part.BEFORE_CUT
                ? reader.readText(document, 0, cut)
                : reader.readText(document, cut, reader.textSize(document));
    }
}
