package org.aifactory.bench;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.bench.Crowd.Answers;
import org.aifactory.bench.Crowd.Question;
import org.aifactory.engine.training.Progress;
import tools.jackson.databind.JsonNode;

/**
 * How many holds the ledger writes, and how many runs the API, with 64 clients on one allocation, beside pgbench inserting the same rows
 * under the same lock into the same database.
 */
final class HoldsPart implements Part {
    private static final Crowd CROWD = new Crowd(64, Duration.ofSeconds(4));
    private static final double CORE_HOURS = 1000;
    private static final String HOLD = "a hold by the ledger";
    /** Before the number that the program for the ledger prints. */
    private static final String RATE = "per second: ";

    private static final String RUN = "a run by POST /api/runs";

    private final Progress progress;

    HoldsPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "holds";
    }

    /** What was reached in each round; empty where there is no pgbench. */
    private record Rates(List<Double> ours, List<Double> theirs) {
        Rates() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        List<Object> row(String name) {
            double rate = Rounds.median(ours);
            if (theirs.isEmpty()) {
                return List.of(name, rate, "–", "–");
            }
            return List.of(name, rate, Rounds.median(theirs), rate / Rounds.median(theirs));
        }
    }

    @Override
    public List<Table> measure() {
        progress.show("Holds        ", 0, "starting a platform");
        Rates holds = new Rates();
        Rates runs = new Rates();
        boolean beside;
        long refused = 0;
        try (Scratch scratch = Scratch.make();
                Platform platform = Platform.start(scratch.file("home"), Map.of());
                Api founder = platform.founder()) {
            Database database = new Database(platform.home());
            Optional<Pgbench> pgbench = Pgbench.on(database);
            beside = pgbench.isPresent();
            JsonNode allocation = founder.allocation(CORE_HOURS);
            Map<String, String> accounts = Map.of(
                    "giver",
                    UUID.randomUUID().toString(),
                    "taker",
                    UUID.randomUUID().toString());
            // The first round warms up.
            for (int round = 0; round <= Rounds.COUNT; round++) {
                progress.show("Holds        ", round / (Rounds.COUNT + 1.0), "");
                Rates ofRound = round == 0 ? new Rates() : holds;
                ofRound.ours().add(holds(database, accounts));
                pgbench.ifPresent(them ->
                        ofRound.theirs().add(them.transactionsPerSecond("hold.sql", CROWD.clients(), accounts)));
            }
            for (int round = 0; round <= Rounds.COUNT; round++) {
                progress.show("Runs         ", round / (Rounds.COUNT + 1.0), "");
                Rates ofRound = round == 0 ? new Rates() : runs;
                Answers submitted = runs(founder, allocation);
                ofRound.ours().add((submitted.all().size() - submitted.bad()) / submitted.seconds());
                refused += round == 0 ? 0 : submitted.bad();
                pgbench.ifPresent(them -> ofRound.theirs()
                        .add(them.transactionsPerSecond("run.sql", CROWD.clients(), words(them, founder, allocation))));
            }
        }
        List<String> notes = new ArrayList<>(List.of(
                "All on one account, so each waits for the lock on its balance. %s: Ledger.post outside of any transaction, as many threads in a program of their own; those that wait share a commit. %s: HTTP, the person's rights, the checks, the hand-over to the machine and the following of what runs included. pgbench: a client is a connection, one transaction a hold or run, the same rows under the same lock, statements prepared; bench/pgbench has them. Its balance is the same one. Medians of %d rounds, ours of %d seconds and its of %d transactions a client, the two in turn, after one that warms up. Runs not accepted: %d."
                        .formatted(HOLD, RUN, Rounds.COUNT, CROWD.time().toSeconds(), Pgbench.EACH, refused)));
        if (!beside) {
            notes.add("pgbench: " + Pgbench.MISSING + ".");
        }
        return List.of(new Table(
                "Holds, %d clients on one allocation".formatted(CROWD.clients()),
                List.of("what", "per second", "pgbench, per second", "times pgbench"),
                List.of(holds.row(HOLD), runs.row(RUN)),
                notes));
    }

    private static double holds(Database database, Map<String, String> accounts) {
        List<String> said = Child.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        Child.file("platform", "target") + "/*:" + Child.file("platform", "target", "lib") + "/*",
                        Child.file("bench", "ledger", "Holds.java").toString(),
                        database.jdbc(),
                        accounts.getOrDefault("giver", ""),
                        accounts.getOrDefault("taker", ""),
                        Integer.toString(CROWD.clients()),
                        Long.toString(CROWD.time().toSeconds())),
                database.environment(),
                _ -> {});
        return said.stream()
                .filter(line -> line.startsWith(RATE))
                .mapToDouble(line -> Double.parseDouble(line.substring(RATE.length())))
                .findFirst()
                .orElseThrow();
    }

    private static Answers runs(Api founder, JsonNode allocation) {
        HttpRequest submission = founder.posting(
                "/api/runs",
                Map.of(
                        "allocation",
                        allocation.get("id").asString(),
                        "recipe",
                        "command",
                        "cores",
                        1,
                        "minutes",
                        1,
                        "command",
                        "sleep 60"));
        return CROWD.ask(_ -> new Question("run", () -> founder.succeeds(submission)));
    }

    /** What the script speaks of; ids that no page shows are asked of the database. */
    private static Map<String, String> words(Pgbench pgbench, Api founder, JsonNode allocation) {
        String id = allocation.get("id").asString();
        String partition = allocation.get("partition").get("id").asString();
        return Map.of(
                "organisation", founder.organisation(),
                "person", founder.get("/api/me").get("person").asString(),
                "allocation", id,
                "partition", partition,
                "giver", pgbench.query("select account from access.allocation where id = '" + id + "'"),
                "taker", pgbench.query("select used_account from federation.partition where id = '" + partition + "'"));
    }
}
