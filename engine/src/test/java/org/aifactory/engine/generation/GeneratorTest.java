package org.aifactory.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Aim: what a sequence says depends on its prompt alone, not on the cache, and not on those it shares the machine with. */
class GeneratorTest {
    private static final int PRODUCED = 20;

    static Stream<RandomModel> models() {
        return Stream.of(RandomModel.llama(), RandomModel.qwen(), RandomModel.stretchedLlama());
    }

    @ParameterizedTest
    @MethodSource("models")
    void greedyGenerationEqualsFullRecomputation(RandomModel model) {
        int[] prompt = model.tokens(17, 21);
        int[] text = prompt;
        for (int i = 0; i < PRODUCED; i++) {
            text = IntStream.concat(IntStream.of(text), IntStream.of(model.likeliestAfter(text)))
                    .toArray();
        }
        try (Generator generator = new Generator(model.config(), model.flat(), 2)) {
            int[] produced = generator
                    .generate(List.of(request(prompt, Sampling.GREEDY)))
                    .getFirst()
                    .produced();
            assertThat(IntStream.concat(IntStream.of(prompt), IntStream.of(produced)))
                    .containsExactly(IntStream.of(text).boxed().toArray(Integer[]::new));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void sequencesThatComeAndGoSayWhatEachSaysAlone(RandomModel model) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Sampling sampling = i % 2 == 0
                    ? Sampling.GREEDY
                    : Sampling.GREEDY.withTemperature(0.9).withTopK(40).withSeed(i);
            requests.add(request(model.tokens(1 + 6 * i, i), sampling));
        }
        List<int[]> alone = new ArrayList<>();
        for (GenerationRequest request : requests) {
            try (Generator generator = new Generator(model.config(), model.flat(), 1)) {
                alone.add(generator.generate(List.of(request)).getFirst().produced());
            }
        }
        List<Sequence> together = new ArrayList<>();
        try (Generator generator = new Generator(model.config(), model.flat(), 2)) {
            for (GenerationRequest request : requests) {
                together.add(generator.start(request));
                generator.step();
                generator.step();
            }
            while (generator.active() > 0) {
                generator.step();
            }
        }
        assertThat(together.stream().map(Sequence::produced)).containsExactlyElementsOf(alone);
    }

    private static GenerationRequest request(int[] prompt, Sampling sampling) {
        return new GenerationRequest(prompt, PRODUCED, sampling, Set.of());
    }
}
