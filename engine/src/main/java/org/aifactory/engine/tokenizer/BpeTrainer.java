package org.aifactory.engine.tokenizer;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/**
 * Trains a byte-level BPE tokenizer with the word split of Llama 3. The corpus is read once, as a stream, and counted on all
 * cores; memory grows with its distinct words only, of which there is a limit. The result is the same on any number of cores.
 */
public final class BpeTrainer {
    /** The bytes and the special tokens, without a single merge. */
    public static final int SMALLEST_VOCABULARY = 256 + TrainedFiles.SPECIAL_TOKENS.size();

    public static final int LARGEST_VOCABULARY = 1 << 20;

    /**
     * How far the training is.
     *
     * @param bytes of text counted so far
     * @param tokens the vocabulary has so far; 0 while text is counted
     */
    public record Progress(long bytes, int tokens) {}

    private final int vocabularySize;
    private final Consumer<Progress> progress;

    /**
     * @param vocabularySize tokens in all, bytes and special tokens included
     * @throws EngineException of kind INPUT when the size is out of range
     */
    public BpeTrainer(int vocabularySize, Consumer<Progress> progress) {
        if (vocabularySize < SMALLEST_VOCABULARY || vocabularySize > LARGEST_VOCABULARY) {
            throw new EngineException(
                    Kind.INPUT,
                    "A vocabulary has from " + SMALLEST_VOCABULARY + " to " + LARGEST_VOCABULARY + " tokens, not "
                            + vocabularySize + "; choose a size in that range, such as 8192.");
        }
        this.vocabularySize = vocabularySize;
        this.progress = progress;
    }

    public BpeTrainer(int vocabularySize) {
        this(vocabularySize, ignored -> {});
    }

    /**
     * Trains on pieces of text, which words do not cross. The vocabulary has the wanted size, or fewer tokens when no pair in
     * the text occurs twice any more.
     */
    public Tokenizer train(Stream<String> texts) {
        WordCounter counter = new WordCounter(bytes -> progress.accept(new Progress(bytes, 0)));
        // Not by an iterator, which would keep all pieces of a document in memory when the stream was made by flatMap.
        texts.sequential().forEachOrdered(counter::add);
        WordCounts words = counter.counts();
        List<MergeLearner.Merge> merges = MergeLearner.learn(
                words,
                vocabularySize - SMALLEST_VOCABULARY,
                learned -> progress.accept(new Progress(counter.bytes(), SMALLEST_VOCABULARY + learned)));
        return Tokenizer.of(TrainedFiles.of(merges));
    }
}
