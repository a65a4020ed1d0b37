package org.aifactory.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.Progress;
import tools.jackson.databind.JsonNode;

/** How long it takes from pressing train to the process and to its first step, beside the engine alone on the same text. */
final class PressPart implements Part {
    private static final int TEXT_BYTES = 1_000_000;
    private static final Duration ASKED_EVERY = Duration.ofMillis(50);
    private static final Duration WAITS_AT_MOST = Duration.ofMinutes(3);
    /** What the engine says right before its first step. */
    private static final String READY = "Ready ";

    private final Progress progress;

    PressPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "press";
    }

    @Override
    public List<Table> measure() {
        List<Double> started = new ArrayList<>();
        List<Double> shown = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        progress.show("Press train  ", 0, "starting a platform");
        try (Scratch scratch = Scratch.make()) {
            Path text = scratch.file("text.txt");
            MachineText.gather(TEXT_BYTES, text);
            try (Platform platform = Platform.start(scratch.file("home"), Map.of());
                    Api founder = platform.founder()) {
                String allocation = founder.allocation(10).get("id").asString();
                String version = founder.dataset(text);
                for (int round = 0; round <= Rounds.COUNT; round++) {
                    progress.show("Press train  ", round / (Rounds.COUNT + 1.0), "");
                    Pressed pressed = press(founder, allocation, version);
                    double direct = alone(scratch, text);
                    // The first warms up.
                    if (round > 0) {
                        started.add(pressed.started());
                        shown.add(pressed.shown());
                        steps.add(pressed.step());
                        alone.add(direct);
                    }
                }
            }
        }
        double whole = Rounds.median(steps);
        return List.of(new Table(
                "Press train",
                List.of("from pressing train", "seconds", "times the engine alone"),
                List.of(
                        List.of("to the process: the platform's own share", Rounds.median(started), "–"),
                        List.of("until the platform says that it runs", Rounds.median(shown), "–"),
                        List.of("to the first step of training", whole, whole / Rounds.median(alone)),
                        List.of(
                                "the engine alone, from ./aifactory engine train to its first step",
                                Rounds.median(alone),
                                1.0)),
                List.of(
                        "From sending POST /api/runs: recipe chatbot, 1 minute, on 1 MB of text. The process begins when its own watcher notes it; what the platform says is asked every %d ms. Medians of %d, the two in turn."
                                .formatted(ASKED_EVERY.toMillis(), Rounds.COUNT))));
    }

    /** Seconds since train was pressed. */
    private record Pressed(double started, double shown, double step) {}

    private static Pressed press(Api founder, String allocation, String version) {
        Instant begin = Instant.now();
        String run = founder.post(
                        "/api/runs",
                        Map.of("allocation", allocation, "recipe", "chatbot", "dataset", version, "minutes", 1))
                .get("id")
                .asString();
        String path = "/api/runs/" + run;
        JsonNode view = await(() -> running(founder.get(path)), path);
        Instant shown = Instant.now();
        await(() -> Optional.of(founder.text(path + "/log")).filter(log -> log.contains(READY)), path);
        Instant step = Instant.now();
        founder.post(path + "/cancel", Map.of());
        await(() -> Optional.of(founder.get(path)).filter(run1 -> run1.hasNonNull("ended")), path);
        return new Pressed(
                since(begin, Instant.parse(view.get("started").asString())), since(begin, shown), since(begin, step));
    }

    private static Optional<JsonNode> running(JsonNode view) {
        if (view.hasNonNull("ended")) {
            throw new EngineException(
                    Kind.RESOURCE,
                    "The run has ended before it trained: " + view.get("words").asString());
        }
        return Optional.of(view).filter(run -> run.hasNonNull("started"));
    }

    private static <T> T await(java.util.function.Supplier<Optional<T>> asked, String what) {
        long latest = System.nanoTime() + WAITS_AT_MOST.toNanos();
        while (System.nanoTime() < latest) {
            Optional<T> answer = asked.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            Platform.pause(ASKED_EVERY);
        }
        throw new EngineException(
                Kind.RESOURCE, what + " did not get on within " + WAITS_AT_MOST.toMinutes() + " minutes.");
    }

    private static double alone(Scratch scratch, Path text) {
        return Rounds.seconds(() -> Child.aifactoryUntil(
                READY,
                "engine",
                "train",
                "--text=" + text,
                "--out=" + scratch.file("alone"),
                "--minutes=1",
                "--fresh"));
    }

    private static double since(Instant begin, Instant end) {
        return Duration.between(begin, end).toNanos() / 1e9;
    }
}
