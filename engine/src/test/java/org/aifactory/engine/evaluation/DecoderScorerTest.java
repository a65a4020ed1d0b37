package org.aifactory.engine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.ReferenceDecoder;
import org.aifactory.engine.model.Rope;
import org.aifactory.engine.model.TinyModels;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Aim: windows of mixed lengths, padded and passed together, get the nats that the plain decoder gives each alone. */
class DecoderScorerTest {

    @Test
    void agreesWithTheReferenceOnWindowsOfAnyLength() {
        for (ModelConfig config : List.of(TinyModels.llama(), TinyModels.qwen3())) {
            float[] weights = TinyModels.weights(config);
            ReferenceDecoder reference = new ReferenceDecoder(config, weights);
            List<Window> windows = windows(config, 200);
            double expected =
                    windows.stream().mapToDouble(w -> nats(reference, w)).sum();
            try (PointerScope scope = new PointerScope()) {
                Device device = new Device("cpu");
                Decoder decoder = new Decoder(
                        config,
                        Parameters.of(config, Tensor.create(weights)),
                        Rope.of(config, config.contextLength(), device, ScalarType.Float));
                try (DecoderScorer one = new DecoderScorer(decoder, device, 1);
                        DecoderScorer two = new DecoderScorer(decoder, device, 2)) {
                    assertThat(one.nats(windows)).isEqualTo(expected, within(1e-4 * expected));
                    assertThat(two.nats(windows)).isEqualTo(one.nats(windows));
                    assertThat(one.nats(windows.subList(0, 1)))
                            .isEqualTo(nats(reference, windows.getFirst()), within(1e-3));
                    assertThat(one.nats(List.of())).isZero();
                }
            }
        }
    }

    private static List<Window> windows(ModelConfig config, int count) {
        Random random = new Random(1);
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = 1 + random.nextInt(config.contextLength());
            long[] inputs = random.longs(length, 0, config.vocabularySize()).toArray();
            long[] targets = random.longs(length, 0, config.vocabularySize()).toArray();
            Arrays.fill(targets, 0, random.nextInt(length), Window.NOT_SCORED);
            windows.add(new Window(inputs, targets));
        }
        return windows;
    }

    private static double nats(ReferenceDecoder reference, Window window) {
        double[][] logits = reference.logits(
                Arrays.stream(window.inputs()).mapToInt(token -> (int) token).toArray());
        double nats = 0;
        for (int i = 0; i < window.length(); i++) {
            if (window.targets()[i] != Window.NOT_SCORED) {
                double total = Arrays.stream(logits[i]).map(Math::exp).sum();
                nats += Math.log(total) - logits[i][(int) window.targets()[i]];
            }
        }
        return nats;
    }
}
