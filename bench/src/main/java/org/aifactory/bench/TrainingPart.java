package org.aifactory.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Backend;
import org.aifactory.engine.training.Batch;
import org.aifactory.engine.training.Hardware;
import org.aifactory.engine.training.Learner;
import org.aifactory.engine.training.Optimizer;
import org.aifactory.engine.training.Plan;
import org.aifactory.engine.training.Precision;
import org.aifactory.engine.training.Progress;
import org.aifactory.engine.training.Schedule;
import org.aifactory.engine.training.Stage;
import org.aifactory.engine.training.Team;
import org.bytedeco.javacpp.PointerScope;
import tools.jackson.databind.JsonNode;

/** How fast whole training steps are, as a share of what this machine's matrix product reaches and beside eager PyTorch. */
final class TrainingPart implements Part {
    private static final List<Integer> CONTEXTS = List.of(256, 1024);
    private static final int TOKENS_PER_STEP = 2048;
    private static final int STEPS = 2;
    private static final double LEARNING_RATE = 1e-4;

    private final Progress progress;
    private final Hardware hardware = Hardware.detect("cpu");

    /** One line of the table. */
    private record Case(int context, Precision precision, Optimizer.Kind optimizer) {
        String pytorchKey() {
            return key(context, pytorchName(precision));
        }
    }

    /** What PyTorch reached in one case. */
    private record Rival(double tokensPerSecond, int threads, String version) {}

    TrainingPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "training";
    }

    @Override
    public List<Table> measure() {
        Map<Precision, Double> peaks = new LinkedHashMap<>();
        precisions().forEach(precision -> peaks.put(precision, peak(precision)));
        List<Case> cases = cases();
        List<Double> speeds = new ArrayList<>();
        for (Case each : cases) {
            progress.show("Training     ", (double) speeds.size() / cases.size(), each.toString());
            speeds.add(tokensPerSecond(each));
        }
        Map<String, Rival> rivals = pytorch();
        List<List<Object>> rows = IntStream.range(0, cases.size())
                .mapToObj(i -> row(cases.get(i), speeds.get(i), peaks, rivals))
                .toList();
        return List.of(new Table(
                "Training",
                List.of(
                        "context",
                        "numbers",
                        "optimizer",
                        "tokens/s",
                        "GFLOP/s",
                        "share of the 32-bit product",
                        "share of the product of its kind",
                        "PyTorch, tokens/s",
                        "times PyTorch"),
                rows,
                notes(peaks, rivals)));
    }

    private List<Precision> precisions() {
        return hardware.precision() == Precision.FLOAT32
                ? List.of(Precision.FLOAT32)
                : List.of(Precision.FLOAT32, hardware.precision());
    }

    private List<Case> cases() {
        return CONTEXTS.stream()
                .flatMap(context -> precisions().stream()
                        .flatMap(precision -> Stream.of(Optimizer.Kind.ADAM_W, Optimizer.Kind.MUON)
                                .map(optimizer -> new Case(context, precision, optimizer))))
                .toList();
    }

    private double peak(Precision precision) {
        progress.show("Matrix product", 0, precision.toString());
        Hardware only = new Hardware("cpu", hardware.cores(), precision, hardware.memoryBytes());
        try (Team team = new Team(hardware.cores())) {
            Backend.measurePeak(only, team);
            return Backend.measurePeak(only, team);
        }
    }

    private double tokensPerSecond(Case of) {
        ModelConfig model = Models.small(of.context());
        int rows = TOKENS_PER_STEP / of.context();
        long[] ids = new SplittableRandom(1)
                .longs(TOKENS_PER_STEP, 0, model.vocabularySize())
                .toArray();
        Batch batch = new Batch(rows, of.context(), ids, ids.clone());
        try (PointerScope scope = new PointerScope();
                Learner learner =
                        new Learner(plan(of, rows), Weights.random(model, 1), hardware.device(), hardware.cores())) {
            double seconds = Rounds.median(() -> Rounds.seconds(() -> {
                for (int i = 0; i < STEPS; i++) {
                    learner.step(batch, LEARNING_RATE);
                }
            }));
            return STEPS * TOKENS_PER_STEP / seconds;
        }
    }

    private Plan plan(Case of, int rows) {
        return new Plan(
                Models.small(of.context()),
                of.context(),
                of.precision(),
                hardware.cores(),
                Math.max(1, rows / hardware.cores()),
                false,
                of.optimizer(),
                0.1,
                1,
                List.of(new Stage(Stage.Kind.TEXT, rows, LEARNING_RATE, Schedule.of(100, 0))));
    }

    private Map<String, Rival> pytorch() {
        Map<String, Rival> rivals = new LinkedHashMap<>();
        Optional<Python> python = Python.with("torch");
        if (python.isEmpty()) {
            return rivals;
        }
        progress.show("PyTorch      ", 0, "the same model");
        ModelConfig model = Models.small(CONTEXTS.getFirst());
        List<String> arguments = new ArrayList<>(List.of(
                "--vocabulary=" + model.vocabularySize(),
                "--width=" + model.width(),
                "--depth=" + model.depth(),
                "--heads=" + model.heads(),
                "--feed-forward=" + model.feedForwardWidth(),
                "--tokens=" + TOKENS_PER_STEP,
                "--rounds=" + Rounds.COUNT,
                "--cores=" + hardware.cores(),
                "--contexts"));
        CONTEXTS.forEach(context -> arguments.add(context.toString()));
        arguments.add("--precisions");
        precisions().forEach(precision -> arguments.add(pytorchName(precision)));
        python.get().run("training_speed.py", arguments, line -> {
            rivals.put(key(line.get("context").asInt(), line.get("precision").asString()), rival(line));
            progress.show(
                    "PyTorch      ",
                    rivals.size() / (double) (CONTEXTS.size() * precisions().size()),
                    "");
        });
        return rivals;
    }

    private static Rival rival(JsonNode line) {
        return new Rival(
                line.get("tokensPerSecond").asDouble(),
                line.get("threads").asInt(),
                line.get("torch").asString());
    }

    private static String key(int context, String precision) {
        return context + " " + precision;
    }

    private static String pytorchName(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "float32";
            case BFLOAT16 -> "bfloat16";
        };
    }

    private static List<Object> row(Case of, double speed, Map<Precision, Double> peaks, Map<String, Rival> rivals) {
        double flops = speed * Models.small(of.context()).trainingFlopsPerToken(of.context());
        Rival rival = rivals.get(of.pytorchKey());
        return List.of(
                of.context(),
                of.precision() == Precision.FLOAT32 ? "32 bits" : "16 bits (bf16)",
                of.optimizer() == Optimizer.Kind.MUON ? "Muon" : "AdamW",
                speed,
                flops / 1e9,
                flops / peaks.getOrDefault(Precision.FLOAT32, Double.NaN),
                flops / peaks.getOrDefault(of.precision(), Double.NaN),
                rival == null ? "–" : rival.tokensPerSecond(),
                rival == null ? "–" : speed / rival.tokensPerSecond());
    }

    private List<String> notes(Map<Precision, Double> peaks, Map<String, Rival> rivals) {
        List<String> notes = new ArrayList<>();
        notes.add(
                "Whole steps (forward, backward, clipping, optimizer) of %d tokens, random; 6 layers, 384 wide, 6 heads, SwiGLU 1024, vocabulary 4096, %.1f million weights. GFLOP/s count what the mathematics of the model asks for, not Muon's own products. Medians of %d."
                        .formatted(TOKENS_PER_STEP, Models.small(256).parameters() / 1e6, Rounds.COUNT));
        peaks.forEach((precision, peak) -> notes.add("Product of 1024³, all cores, best of a few, %s: %.0f GFLOP/s."
                .formatted(precision == Precision.FLOAT32 ? "32 bits" : "16 bits", peak / 1e9)));
        notes.add(
                rivals.isEmpty()
                        ? "PyTorch: " + Python.missing("torch") + "."
                        : "PyTorch %s, eager, fused AdamW, autocast for 16 bits, on its best number of threads (%s of %d)."
                                .formatted(
                                        rivals.values().iterator().next().version(),
                                        String.join(
                                                ", ",
                                                rivals.values().stream()
                                                        .map(rival -> Integer.toString(rival.threads()))
                                                        .distinct()
                                                        .toList()),
                                        hardware.cores()));
        return notes;
    }
}
