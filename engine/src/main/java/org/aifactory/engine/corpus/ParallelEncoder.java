package org.aifactory.engine.corpus;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.Tasks;
import org.aifactory.engine.chat.EncodedConversation;
import org.aifactory.engine.chat.Message;
import org.jspecify.annotations.Nullable;

/**
 * Encodes pieces of text on all cores. The calling thread reads the text and writes the tokens, in order, and never has more
 * than a few pieces for each core in hand.
 */
final class ParallelEncoder implements AutoCloseable {
    private static final int PIECES_PER_CORE = 4;

    private final Encoding encoding;
    private final TokenSink sink;
    private final long tokensMax;
    private final LongConsumer progress;
    private final ExecutorService encoders;
    private final Deque<Future<Chunk>> underway = new ArrayDeque<>();
    private final int underwayMax;
    private boolean betweenDocuments = true;
    private long bytesRead;

    ParallelEncoder(Encoding encoding, TokenSink sink, long tokensMax, LongConsumer progress) {
        int cores = Runtime.getRuntime().availableProcessors();
        this.encoding = encoding;
        this.sink = sink;
        this.tokensMax = tokensMax;
        this.progress = progress;
        this.underwayMax = PIECES_PER_CORE * cores;
        this.encoders = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().daemon().name("encoder-", 0).factory());
    }

    /**
     * Tokens of a piece of a document.
     *
     * @param learned flag for each id; absent where all are learned
     * @param utf8Bytes of the text that it was made from
     * @param learnedBytes of what is learned of that text
     * @param last whether the document ends here
     */
    @SuppressWarnings("ArrayRecordComponent") // A hot path, never compared.
    private record Chunk(int[] ids, boolean @Nullable [] learned, long utf8Bytes, long learnedBytes, boolean last) {}

    /** Encodes the documents until they end or there are enough tokens. */
    void encode(DocumentSet documents) throws IOException {
        try (Stream<Document> stream = documents.stream()) {
            Iterator<Document> each = stream.iterator();
            while (each.hasNext() && !full()) {
                switch (each.next()) {
                    case Document.Text text -> read(text);
                    case Document.Conversation conversation -> submit(() -> encode(conversation));
                }
            }
        }
        while (!underway.isEmpty() && !full()) {
            writeFirst();
        }
    }

    private void read(Document.Text text) throws IOException {
        try (Stream<String> stream = text.pieces()) {
            Iterator<String> pieces = stream.iterator();
            while (pieces.hasNext() && !full()) {
                String piece = pieces.next();
                boolean last = !pieces.hasNext();
                submit(() -> encode(piece, last));
            }
        }
    }

    private Chunk encode(String piece, boolean last) {
        long bytes = Utf8.length(piece);
        return new Chunk(encoding.text().apply(piece), null, bytes, bytes, last);
    }

    private Chunk encode(Document.Conversation conversation) {
        EncodedConversation encoded = encoded(conversation);
        Predicate<Message> assistants = message -> message.role().equals(Message.ASSISTANT);
        return new Chunk(
                encoded.ids(),
                encoded.learned(),
                bytes(conversation, _ -> true),
                bytes(conversation, assistants),
                true);
    }

    private static long bytes(Document.Conversation conversation, Predicate<Message> whose) {
        return conversation.messages().stream()
                .filter(whose)
                .mapToLong(message -> Utf8.length(message.content()))
                .sum();
    }

    private EncodedConversation encoded(Document.Conversation conversation) {
        try {
            return encoding.conversation().apply(conversation.messages());
        } catch (EngineException refused) {
            throw new EngineException(
                    refused.kind(),
                    conversation.place().get() + ": " + refused.getMessage() + " Mend or remove the line.",
                    refused);
        }
    }

    private boolean full() {
        return sink.tokens() >= tokensMax;
    }

    private void submit(Callable<Chunk> work) throws IOException {
        if (underway.size() == underwayMax) {
            writeFirst();
        }
        underway.add(encoders.submit(work));
    }

    private void writeFirst() throws IOException {
        Chunk chunk = Tasks.result(underway.remove());
        write(chunk);
        bytesRead += chunk.utf8Bytes();
        progress.accept(bytesRead);
    }

    private void write(Chunk chunk) throws IOException {
        if (betweenDocuments) {
            sink.beginDocument();
        }
        int length = chunk.ids().length;
        int count = (int) Math.min(length, tokensMax - sink.tokens());
        // Where the tokens are cut short, so are their bytes, in proportion.
        sink.addBytes(count == length ? chunk.learnedBytes() : chunk.learnedBytes() * count / length);
        boolean[] learned = chunk.learned();
        for (int i = 0; i < count; i++) {
            sink.append(chunk.ids()[i], learned == null || learned[i]);
        }
        if (chunk.last() && learned == null && !full()) {
            sink.append(encoding.endOfDocument(), true);
        }
        betweenDocuments = chunk.last();
    }

    @Override
    public void close() {
        encoders.shutdownNow();
        encoders.close();
    }
}
