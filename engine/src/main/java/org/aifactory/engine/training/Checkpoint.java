package org.aifactory.engine.training;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Ops;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.Safetensors;
import org.aifactory.engine.weights.SafetensorsWriter;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Checkpoints of a run: everything that the next step depends on, in one safetensors file with a checksum, written atomically.
 * The data needs no state but the position, and nothing draws random numbers but by position. The newest two are kept, so that a
 * damaged one costs some minutes and not the run.
 */
final class Checkpoint {
    private static final List<String> NAMES = List.of("weights", "first_moment", "second_moment", "optimizer_steps");
    private static final String PREFIX = "checkpoint-";
    private static final String SUFFIX = ".safetensors";
    /** All names of checkpoints, also of one that a crash left half written. */
    static final String FILES = PREFIX + "*" + SUFFIX + "{.partial,}";

    private static final int KEPT = 2;

    private Checkpoint() {}

    /** Writes the learner's state at {@code position} and removes what is older than the one before. */
    static void write(Path folder, Learner learner, Position position) {
        try (PointerScope scope = new PointerScope()) {
            List<org.aifactory.engine.weights.Tensor> tensors = new ArrayList<>();
            List<Tensor> state = learner.state();
            for (int i = 0; i < state.size(); i++) {
                tensors.add(stored(NAMES.get(i), state.get(i)));
            }
            SafetensorsWriter.write(
                    folder.resolve(PREFIX + "%012d".formatted(position.order()) + SUFFIX),
                    tensors,
                    position.metadata());
        }
        List<Path> all = newestFirst(folder);
        all.subList(Math.min(KEPT, all.size()), all.size()).forEach(Checkpoint::delete);
    }

    /** A 32-bit tensor as it is written to a file, in the scope at hand. */
    static org.aifactory.engine.weights.Tensor stored(String name, Tensor tensor) {
        Tensor onCpu = Weights.onCpu(tensor);
        return org.aifactory.engine.weights.Tensor.of(
                name, DataType.F32, List.of(onCpu.numel()), Weights.segment(onCpu));
    }

    /** Reads what was {@link #stored} back into a tensor. */
    static void read(Safetensors file, String name, Tensor target) {
        MemorySegment bytes = file.bytes(name, DataType.F32, List.of(target.numel()));
        Tensor onCpu = target.is_cuda() ? Ops.scoped(target::cpu) : target;
        Weights.segment(onCpu).copyFrom(bytes);
        if (target.is_cuda()) {
            target.copy_(onCpu);
        }
    }

    /** Bytes that the checkpoints of a model take at most: those that are kept and one that is being written. */
    static long bytesMax(ModelConfig model) {
        long weightsAndMoments = 3 * model.parameters() * Float.BYTES;
        return (KEPT + 1) * weightsAndMoments;
    }

    /**
     * Restores the newest checkpoint that is whole.
     *
     * @param damaged told about each one that had to be passed over
     * @return where the run goes on; empty where there is no checkpoint yet
     * @throws EngineException where there are checkpoints and none can be read
     */
    static Optional<Position> restore(Path folder, Learner learner, Consumer<String> damaged) {
        EngineException last = null;
        for (Path file : newestFirst(folder)) {
            try {
                return Optional.of(read(file, learner));
            } catch (EngineException failure) {
                damaged.accept(failure.getMessage());
                last = failure;
            }
        }
        if (last != null) {
            throw new EngineException(
                    EngineException.Kind.MODEL,
                    "None of the checkpoints in " + folder + " can be read. Start anew with --fresh.",
                    last);
        }
        return Optional.empty();
    }

    private static Position read(Path file, Learner learner) {
        try (Safetensors tensors = Safetensors.open(file);
                PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            tensors.verifyDigest();
            List<Tensor> state = learner.state();
            for (int i = 0; i < state.size(); i++) {
                read(tensors, NAMES.get(i), state.get(i));
            }
            learner.refresh();
            return Position.of(tensors.metadata());
        }
    }

    private static List<Path> newestFirst(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            files.forEach(found::add);
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(folder, failure);
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(file, failure);
        }
    }

    /**
     * Where a run stands.
     *
     * @param stage index of the stage
     * @param step steps done in the stage
     * @param stepsBefore steps done in earlier stages
     * @param seconds time spent training, all sessions together
     */
    record Position(int stage, long step, long stepsBefore, double seconds) {
        static final Position START = new Position(0, 0, 0, 0);

        /** Steps done in all stages. */
        long order() {
            return stepsBefore + step;
        }

        Position nextStage() {
            return new Position(stage + 1, 0, order(), seconds);
        }

        Position at(long newStep, double newSeconds) {
            return new Position(stage, newStep, stepsBefore, newSeconds);
        }

        Map<String, String> metadata() {
            return Map.of(
                    "stage", Integer.toString(stage),
                    "step", Long.toString(step),
                    "stepsBefore", Long.toString(stepsBefore),
                    "seconds", Double.toString(seconds));
        }

        static Position of(Map<String, String> metadata) {
            try {
                return new Position(
                        Integer.parseInt(metadata.getOrDefault("stage", "")),
                        Long.parseLong(metadata.getOrDefault("step", "")),
                        Long.parseLong(metadata.getOrDefault("stepsBefore", "")),
                        Double.parseDouble(metadata.getOrDefault("seconds", "")));
            } catch (NumberFormatException failure) {
                throw new EngineException(
                        EngineException.Kind.MODEL,
                        "A checkpoint does not say where its run stood; it is passed over.",
                        failure);
            }
        }
    }
}
