package org.aifactory.engine.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.weights.Safetensors;
import org.aifactory.engine.weights.SafetensorsWriter;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The weights that predicted held-out data best in the newest stage, and how well, in a file of their own. A run that goes on from a
 * checkpoint measures the same again, so that it does not matter whether the file is of a step before the checkpoint or after.
 */
final class BestWeights {
    /** Its names, also of one that a crash left half written. */
    static final String FILES = "best.safetensors{.partial,}";

    private static final String NAME = "weights";

    private final Path file;
    private Optional<Measure> measure;

    /**
     * What was measured.
     *
     * @param stage index of the stage
     * @param step steps done in all stages
     */
    record Measure(int stage, long step, double bitsPerByte) {
        boolean isBetterThan(Measure other) {
            return stage > other.stage || (stage == other.stage && bitsPerByte < other.bitsPerByte);
        }

        private Map<String, String> metadata() {
            return Map.of(
                    "stage", Integer.toString(stage),
                    "step", Long.toString(step),
                    "bitsPerByte", Double.toString(bitsPerByte));
        }

        private static Measure of(Map<String, String> metadata) {
            try {
                return new Measure(
                        Integer.parseInt(metadata.getOrDefault("stage", "")),
                        Long.parseLong(metadata.getOrDefault("step", "")),
                        Double.parseDouble(metadata.getOrDefault("bitsPerByte", "")));
            } catch (NumberFormatException failure) {
                throw new EngineException(
                        Kind.MODEL, "The best weights of a run do not say of which step they are.", failure);
            }
        }
    }

    private BestWeights(Path file, Optional<Measure> measure) {
        this.file = file;
        this.measure = measure;
    }

    /**
     * Those that an earlier sitting at a run left; none where there are none that can be read.
     *
     * @param damaged told why they cannot
     */
    static BestWeights open(Path folder, Consumer<String> damaged) {
        Path file = folder.resolve("best.safetensors");
        if (!Files.exists(file)) {
            return new BestWeights(file, Optional.empty());
        }
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.verifyDigest();
            return new BestWeights(file, Optional.of(Measure.of(tensors.metadata())));
        } catch (EngineException failure) {
            damaged.accept(failure.getMessage());
            return new BestWeights(file, Optional.empty());
        }
    }

    /** Bytes that they take at most: those that are kept and some that are being written. */
    static long bytesMax(ModelConfig model) {
        return 2 * model.parameters() * Float.BYTES;
    }

    /** Keeps the weights where they are better than those before. */
    void offer(Measure measured, Tensor weights) {
        if (measure.isPresent() && !measured.isBetterThan(measure.get())) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            SafetensorsWriter.write(file, List.of(Checkpoint.stored(NAME, weights)), measured.metadata());
        }
        measure = Optional.of(measured);
    }

    /** How well they did, where there are any. */
    Optional<Measure> measure() {
        return measure;
    }

    /** Writes them over others. */
    void restore(Tensor weights) {
        try (Safetensors tensors = Safetensors.open(file);
                PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensors.verifyDigest();
            Checkpoint.read(tensors, NAME, weights);
        }
    }
}
