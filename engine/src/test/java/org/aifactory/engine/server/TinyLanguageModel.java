package org.aifactory.engine.server;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.GenerationConfig;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A model that speaks nonsense, always the same to the same question. */
final class TinyLanguageModel {
    static final int CONTEXT = 256;

    private TinyLanguageModel() {}

    static LanguageModel make() {
        return make(ChatTemplate.CHATML);
    }

    static LanguageModel make(String chatTemplate) {
        Tokenizer tokenizer = new BpeTrainer(384, progress -> {})
                .train(Stream.of("A tiny tokenizer learns from a line of words, 그리고 한국어도 조금, and that is enough."))
                .withChatTemplate(chatTemplate);
        ModelConfig config = new ModelConfig(
                tokenizer.size(), 64, 2, 2, 1, 32, 128, CONTEXT, 10_000, new RopeScaling.None(), 1e-6, true, true);
        Tensor weights = Weights.random(config, 1);
        try (NoGradGuard guard = new NoGradGuard()) {
            weights.normal_(0, 0.2, new GeneratorOptional());
        }
        // Nothing stops it but its length, so that tests know how long an answer is.
        GenerationConfig generation = GenerationConfig.of(OptionalInt.empty(), List.of(), OptionalInt.empty());
        return new LanguageModel(config, weights, tokenizer, Set.of(), generation);
    }
}
