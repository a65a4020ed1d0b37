package org.aifactory.bench;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.bench.Crowd.Question;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.Progress;
import tools.jackson.databind.JsonNode;

/** How soon what is asked of us is a job of Slurm's, beside asking Slurm itself on the same cluster. Needs root, as test/slurm/start does. */
final class SlurmPart implements Part {
    private static final Duration TIME = Duration.ofSeconds(8);
    private static final int STARTS = 15;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(20);
    private static final String PARTITION = "bench-cpu";

    private final Progress progress;

    SlurmPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "submissions";
    }

    @Override
    public List<Table> measure() {
        progress.show("Submissions  ", 0, "starting a Slurm and a platform");
        List<List<Object>> rates = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                TrialSlurm slurm = TrialSlurm.start(scratch.file("slurm"));
                Platform platform = Platform.start(scratch.file("home"), Map.of());
                Api operator = platform.founder()) {
            operate(new Database(platform.home()), operator);
            String allocation = allocation(operator, slurm);
            HttpRequest run = operator.posting(
                    "/api/runs",
                    Map.of(
                            "allocation",
                            allocation,
                            "recipe",
                            "command",
                            "cores",
                            1,
                            "memoryBytes",
                            100_000_000,
                            "minutes",
                            1,
                            "command",
                            "true"));
            List<List<Object>> starts = starts(operator, slurm, run);
            // From here on all wait behind one that has everything.
            slurm.ask(
                    "sbatch",
                    "--parsable",
                    "--nodes=2",
                    "--exclusive",
                    "--time=60",
                    "--output=/dev/null",
                    "--wrap=sleep 3600");
            for (int clients : new int[] {1, 16}) {
                progress.show("Submissions  ", clients / 32.0, clients + " clients");
                rates.add(rate(operator, slurm, run, clients));
            }
            slurm.ask("scancel", "--user=root");
            return List.of(
                    new Table(
                            "Submissions to Slurm, per second",
                            List.of(
                                    "clients",
                                    "slurmrestd alone",
                                    "accepted by POST /api/runs",
                                    "share of slurmrestd",
                                    "of them jobs of Slurm's when the last was accepted",
                                    "jobs of Slurm's per second until all were"),
                            rates,
                            List.of(
                                    "On one cluster of test/slurm whose nodes are all taken, so that what is submitted waits; %d seconds each, slurmrestd first and us after it, whose queue is the longer one. Accepted: written down with its hold, from when on it is a job of Slurm's whatever crashes."
                                            .formatted(TIME.toSeconds()))),
                    new Table(
                            "From submitted to started, milliseconds",
                            List.of("what", "half within", "95 % within"),
                            starts,
                            List.of(
                                    "%d jobs each, one after the other, on a cluster where nothing else runs; started: as Slurm's own file of the job says. Slurm's clock of beginnings counts in whole seconds, so the job writes the time down."
                                            .formatted(STARTS))));
        }
    }

    private static void operate(Database database, Api founder) {
        Child.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Child.file("platform", "target", "lib") + "/*",
                        Child.file("bench", "slurm", "Operate.java").toString(),
                        database.jdbc(),
                        founder.organisation()),
                database.environment(),
                _ -> {});
    }

    private static String allocation(Api operator, TrialSlurm slurm) {
        operator.post("/api/factories/local/machines", Map.of("slug", "bench", "name", "Bench"));
        operator.put("/api/machines/bench/connection", slurm.connection(PARTITION));
        operator.post(
                "/api/partitions/" + PARTITION + "/fillings",
                Map.of("hours", 10_000, "unit", "CORE_HOUR", "reason", "To measure."));
        return operator.allocation(PARTITION, 200).get("id").asString();
    }

    private static List<Object> rate(Api operator, TrialSlurm slurm, HttpRequest run, int clients) {
        Crowd crowd = new Crowd(clients, TIME);
        Crowd.Answers alone = crowd.ask(_ -> new Question("alone", slurm::submits));
        long before = jobs(slurm);
        long begin = System.nanoTime();
        Crowd.Answers ours = crowd.ask(_ -> new Question("ours", () -> operator.succeeds(run)));
        if (alone.bad() + ours.bad() > 0) {
            throw new EngineException(
                    Kind.RESOURCE,
                    alone.bad() + " jobs and " + ours.bad() + " runs were refused, so this measures nothing.");
        }
        long thereThen = jobs(slurm) - before;
        while (jobs(slurm) - before < ours.all().size()) {
            Platform.pause(LOOKS_EVERY);
        }
        double all = (System.nanoTime() - begin) / 1e9;
        return List.of(
                clients,
                alone.perSecond(),
                ours.perSecond(),
                ours.perSecond() / alone.perSecond(),
                (double) thereThen / ours.all().size(),
                ours.all().size() / all);
    }

    private static long jobs(TrialSlurm slurm) {
        return slurm.ask("squeue", "-h", "-t", "PD", "-o", "%i").size();
    }

    private static List<List<Object>> starts(Api operator, TrialSlurm slurm, HttpRequest run) {
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int number = 0; number < STARTS; number++) {
            long begin = System.currentTimeMillis();
            slurm.ask("sbatch", "--parsable", "--wait", "--output=/dev/null", "--comment=alone", "--wrap=true");
            theirs.add((double) (System.currentTimeMillis() - begin));
            begin = System.currentTimeMillis();
            JsonNode submitted = operator.json(run);
            String path = "/api/runs/" + submitted.get("id").asString();
            while (!operator.get(path).hasNonNull("ended")) {
                Platform.pause(LOOKS_EVERY);
            }
            ours.add((double) (System.currentTimeMillis() - begin));
        }
        return List.of(
                row("sbatch --wait, until it has ended", theirs), row("POST /api/runs, until it has ended", ours));
    }

    private static List<Object> row(String name, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return List.of(name, sorted.get(sorted.size() / 2), sorted.get((int) (sorted.size() * 0.95)));
    }
}
