package org.aifactory.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.generation.Sequence;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Progress;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;

/** How fast models speak to one user and to several, and how near that comes to reading their weights from memory. */
final class GenerationPart implements Part {
    private static final int PROMPT = 128;
    private static final int TOKENS = 96;
    private static final int USERS = 16;

    private final Progress progress;

    GenerationPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "generation";
    }

    @Override
    public List<Table> measure() {
        progress.show("Memory       ", 0, "reading");
        double bandwidth = MemoryBandwidth.bytesPerSecond();
        List<List<Object>> rows = new ArrayList<>();
        rows.addAll(rows("12.2 million", Models.small(256), bandwidth));
        rows.addAll(rows("100 million", Models.large(256), bandwidth));
        return List.of(new Table(
                "Generation",
                List.of(
                        "weights",
                        "users",
                        "tokens/s, all together",
                        "first token of a prompt of 128, ms",
                        "weights read, GB/s",
                        "share of the memory's"),
                rows,
                List.of(
                        "Random weights, 32 bits, greedy, context 256; %d tokens after the first. The first token is that of the user who waits longest. Medians of %d."
                                .formatted(TOKENS, Rounds.COUNT),
                        "Reading memory in a row on all cores: %.1f GB/s. Weights are read once a step, for all users together; caches of keys and values are not counted."
                                .formatted(bandwidth / 1e9))));
    }

    private List<List<Object>> rows(String name, ModelConfig model, double bandwidth) {
        progress.show("Generation   ", 0, name + " weights");
        try (PointerScope scope = new PointerScope()) {
            Tensor weights = Weights.random(model, 1);
            // Fresh weights leave the residual stream alone; here every product is to have something to multiply.
            weights.normal_(0, 0.02, new GeneratorOptional());
            try (Generator generator = new Generator(model, Weights.segment(weights))) {
                return List.of(
                        row(name, model, generator, 1, bandwidth), row(name, model, generator, USERS, bandwidth));
            }
        }
    }

    private static List<Object> row(String name, ModelConfig model, Generator generator, int users, double bandwidth) {
        List<Double> firsts = new ArrayList<>();
        double perStep = Rounds.median(() -> {
            List<Sequence> sequences = IntStream.range(0, users)
                    .mapToObj(user -> generator.start(request(model, user)))
                    .toList();
            firsts.add(Rounds.seconds(() -> {
                while (sequences.stream().anyMatch(sequence -> sequence.producedLength() == 0)) {
                    generator.step();
                }
            }));
            double seconds = Rounds.seconds(() -> IntStream.range(0, TOKENS).forEach(_ -> generator.step()));
            sequences.forEach(generator::stop);
            return seconds / TOKENS;
        });
        double first = firsts.stream().skip(1).sorted().toList().get(Rounds.COUNT / 2);
        double read = Float.BYTES * (double) model.parameters() / perStep;
        return List.of(name, users, users / perStep, 1000 * first, read / 1e9, read / bandwidth);
    }

    private static GenerationRequest request(ModelConfig model, int user) {
        int[] prompt = new SplittableRandom(user)
                .ints(PROMPT, 0, model.vocabularySize())
                .toArray();
        return new GenerationRequest(prompt, model.contextLength() - PROMPT, Sampling.GREEDY, Set.of());
    }
}
