package org.aifactory.engine.weights;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.TinyModels;
import org.aifactory.engine.model.WeightLayout;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;

/** A whole model folder with a tokenizer, small enough to be made in every test. */
public final class TinyFolder {

    public static final String TEMPLATE = "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
            + "{{ message['content'] }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    /** More rows than the tokenizer has tokens, as where a vocabulary is rounded up. */
    private static final int VOCABULARY = 320;

    private TinyFolder() {}

    public static ModelConfig llama(boolean tied, RopeScaling scaling) {
        return new ModelConfig(VOCABULARY, 64, 2, 4, 2, 16, 96, 128, 10_000, scaling, 1e-5, tied, false);
    }

    public static ModelConfig qwen3() {
        return new ModelConfig(VOCABULARY, 64, 2, 4, 2, 32, 80, 128, 1e6, new RopeScaling.None(), 1e-6, false, true);
    }

    public static Tokenizer tokenizer() {
        return new BpeTrainer(300)
                .train(Stream.of(
                        "the cat sat on the mat and the hat was that of the cat, then there were three thin things"))
                .withChatTemplate(TEMPLATE);
    }

    /** Weights that only ever choose small Latin letters, so that what a model says is text. */
    static float[] weights(ModelConfig config, Tokenizer tokenizer) {
        float[] weights = TinyModels.weights(config);
        WeightLayout layout = WeightLayout.of(config);
        for (WeightLayout.Entry entry : layout.entries()) {
            for (long i = entry.offset(); entry.shape().size() == 2 && i < entry.offset() + entry.size(); i++) {
                weights[(int) i] *= 0.5f;
            }
        }
        String output = config.tiedEmbeddings() ? WeightLayout.EMBEDDING : WeightLayout.OUTPUT;
        int start = (int) layout.entry(output).offset();
        for (int id = 0; id < config.vocabularySize(); id++) {
            String token = id < tokenizer.size() ? tokenizer.token(id) : "";
            if (!token.matches("[a-z]")) {
                Arrays.fill(weights, start + id * config.width(), start + (id + 1) * config.width(), 0);
            }
        }
        return weights;
    }

    public static HuggingFaceFolder write(Path path, ModelConfig config) {
        Tokenizer tokenizer = tokenizer();
        tokenizer.save(path);
        int turnEnd = tokenizer.id(Tokenizer.TURN_END).orElseThrow();
        HuggingFaceFolder.write(
                path,
                config,
                MemorySegment.ofArray(weights(config, tokenizer)),
                DataType.F32,
                GenerationConfig.of(OptionalInt.empty(), List.of(tokenizer.endOfText(), turnEnd), OptionalInt.empty()));
        return HuggingFaceFolder.open(path);
    }
}
