package org.aifactory.engine.generation;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.StreamingDecoder;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.GenerationConfig;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.bytedeco.pytorch.Tensor;

/**
 * A model ready to speak.
 *
 * @param weights flat, 32 bits, on the CPU
 * @param stopTokens tokens that end what it has to say
 * @param generation how its folder wishes it to be sampled
 */
public record LanguageModel(
        ModelConfig config, Tensor weights, Tokenizer tokenizer, Set<Integer> stopTokens, GenerationConfig generation) {

    /** Reads a model folder in Hugging Face's form. */
    public static LanguageModel load(Path path) {
        HuggingFaceFolder folder = HuggingFaceFolder.open(path);
        Tokenizer tokenizer = folder.loadTokenizer();
        Tensor weights = Weights.zeros(folder.config());
        folder.readInto(Weights.segment(weights));
        return new LanguageModel(
                folder.config(),
                weights,
                tokenizer,
                Set.copyOf(folder.generation().endIds()),
                folder.generation());
    }

    /** A generator on all cores. */
    public Generator generator() {
        return new Generator(config, Weights.segment(weights));
    }

    /** Lets a sequence run to its end and tells each piece of its text as soon as it is there; special tokens say nothing. */
    public void tell(Generator generator, Sequence sequence, Consumer<String> listener) {
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        int told = 0;
        while (sequence.finished() == null) {
            generator.step();
            if (sequence.producedLength() > told) {
                told = sequence.producedLength();
                listener.accept(decoder.accept(sequence.lastToken()));
            }
        }
        listener.accept(decoder.flush());
    }
}
