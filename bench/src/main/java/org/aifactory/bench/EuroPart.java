package org.aifactory.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.Progress;
import tools.jackson.databind.JsonNode;

/** How long it takes to find out who paid for a model, among many runs. */
final class EuroPart implements Part {
    private static final int RUNS = 1_000_000;
    private static final int MODELS = 10_000;
    private static final int ROUNDS = 5;
    private static final String MODEL = "model ";

    private final Progress progress;

    EuroPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "euro";
    }

    @Override
    public List<Table> measure() {
        progress.show("Euro         ", 0, "runs");
        try (Scratch scratch = Scratch.make();
                Platform platform = Platform.start(scratch.file("home"), Map.of());
                Api founder = platform.founder()) {
            Database database = new Database(platform.home());
            String allocation = founder.allocation(10).get("id").asString();
            List<String> models = PlatformSources.compiled("programme", scratch.file("classes"))
                    .run(
                            "org.aifactory.cofunding.ManyRuns",
                            List.of(database.jdbc(), allocation, Integer.toString(RUNS), Integer.toString(MODELS)),
                            database.environment())
                    .stream()
                    .filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(MODEL.length()))
                    .toList();
            List<Double> milliseconds = new ArrayList<>();
            for (int round = 0; round <= ROUNDS; round++) {
                for (String model : models) {
                    double took = 1000 * Rounds.seconds(() -> ask(founder, model));
                    // The first round warms up.
                    if (round > 0) {
                        milliseconds.add(took);
                    }
                }
            }
            milliseconds.sort(null);
            return List.of(new Table(
                    "Who paid for a model, among %,d runs".formatted(RUNS),
                    List.of("what", "milliseconds"),
                    List.of(
                            List.of("median", Rounds.median(milliseconds)),
                            List.of(
                                    "one of a hundred takes longer than",
                                    milliseconds.get(milliseconds.size() * 99 / 100))),
                    List.of(
                            "GET /api/models/{model}/funding, one after another, HTTP and the person’s rights included: %,d models of %,d runs on 200 allocations with time of three funders."
                                    .formatted(MODELS, RUNS))));
        }
    }

    private static void ask(Api founder, String model) {
        JsonNode paid = founder.get("/api/models/" + model + "/funding");
        if (paid.get("parts").size() != 3) {
            throw new EngineException(Kind.RESOURCE, "Three have paid for " + model + ", and not " + paid.get("parts"));
        }
    }
}
