package org.aifactory.bench;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.bench.Crowd.Answer;
import org.aifactory.bench.Crowd.Answers;
import org.aifactory.bench.Crowd.Question;
import org.aifactory.engine.training.Progress;

/** How soon 100 clients are answered, who look at this and that and ask for estimates. */
final class ApiPart implements Part {
    private static final Crowd CROWD = new Crowd(100, Duration.ofSeconds(5));
    private static final int RUNS = 10;
    private static final double SHARE = 0.95;
    /** Of ten requests one asks for an estimate. */
    private static final List<String> MIX = List.of(
            "/api/allocations",
            "/api/runs",
            "/api/models",
            "/api/partitions",
            "/api/allocations",
            "/api/runs",
            "/api/runs",
            "/api/models",
            "/api/partitions",
            "/api/estimates");
    /** The cheapest thing that the same server answers. */
    private static final String CHEAPEST = "/actuator/health/liveness";

    private final Progress progress;

    ApiPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "api";
    }

    @Override
    public List<Table> measure() {
        progress.show("API          ", 0, "starting a platform");
        List<Answers> mixed = new ArrayList<>();
        List<Answers> cheapest = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                Platform platform = Platform.start(scratch.file("home"), Map.of());
                Api founder = platform.founder()) {
            String allocation = founder.allocation(10).get("id").asString();
            runs(founder, allocation);
            Map<String, HttpRequest> requests = requests(founder, allocation);
            // Java compiles what is used often; the first rounds do not count.
            for (int round = -2; round < Rounds.COUNT; round++) {
                progress.show("API          ", Math.max(0, round) / (double) Rounds.COUNT, "");
                Answers mix = CROWD.ask(number -> question(founder, requests, MIX.get(number % MIX.size())));
                Answers plain = CROWD.ask(_ -> question(founder, requests, CHEAPEST));
                if (round >= 0) {
                    mixed.add(mix);
                    cheapest.add(plain);
                }
            }
        }
        return List.of(table(mixed, cheapest));
    }

    /** Something to show. */
    private static void runs(Api founder, String allocation) {
        for (int number = 0; number < RUNS; number++) {
            founder.post(
                    "/api/runs",
                    Map.of("allocation", allocation, "recipe", "command", "minutes", 1, "command", "true"));
        }
        while (founder.get("/api/runs").valueStream().anyMatch(run -> !run.hasNonNull("ended"))) {
            Platform.pause(Duration.ofMillis(200));
        }
    }

    private static Map<String, HttpRequest> requests(Api founder, String allocation) {
        Map<String, HttpRequest> requests = new LinkedHashMap<>();
        MIX.stream()
                .distinct()
                .forEach(path -> requests.put(path, founder.request(path).GET().build()));
        requests.put(CHEAPEST, founder.request(CHEAPEST).GET().build());
        requests.put(
                "/api/estimates",
                founder.posting(
                        "/api/estimates",
                        Map.of("allocation", allocation, "recipe", "command", "minutes", 10, "command", "true")));
        return requests;
    }

    private static Question question(Api founder, Map<String, HttpRequest> requests, String path) {
        HttpRequest request = java.util.Objects.requireNonNull(requests.get(path));
        return new Question(request.method() + " " + path, () -> founder.succeeds(request));
    }

    private static Table table(List<Answers> mixed, List<Answers> cheapest) {
        List<List<Object>> rows = new ArrayList<>();
        double baseline = median(cheapest, SHARE);
        rows.add(row("the mix", mixed, baseline));
        List<Answer> all = mixed.stream().flatMap(round -> round.all().stream()).toList();
        all.stream().map(Answer::question).distinct().sorted().forEach(name -> {
            List<Answer> these = all.stream()
                    .filter(answer -> answer.question().equals(name))
                    .toList();
            rows.add(List.of(
                    "of it " + name,
                    "–",
                    Answers.millis(these, 0.5),
                    Answers.millis(these, SHARE),
                    these.stream().filter(answer -> !answer.good()).count(),
                    "–"));
        });
        rows.add(row("GET " + CHEAPEST + " alone", cheapest, baseline));
        return new Table(
                "API, %d clients".formatted(CROWD.clients()),
                List.of("what", "requests/s", "half within, ms", "95 % within, ms", "errors", "times the cheapest"),
                rows,
                List.of(
                        "Each client asks again as soon as it is answered, so that with more clients each waits longer; they run on the same cores as the platform and its database. %d rounds of %d seconds, medians, the two in turn, after two that warm up; rows of single requests are of all rounds together."
                                .formatted(Rounds.COUNT, CROWD.time().toSeconds())));
    }

    private static List<Object> row(String name, List<Answers> rounds, double baseline) {
        double p95 = median(rounds, SHARE);
        return List.of(
                name,
                Rounds.median(rounds.stream().map(Answers::perSecond).toList()),
                median(rounds, 0.5),
                p95,
                rounds.stream().mapToLong(Answers::bad).sum(),
                p95 / baseline);
    }

    private static double median(List<Answers> rounds, double share) {
        return Rounds.median(rounds.stream().map(round -> round.millis(share)).toList());
    }
}
