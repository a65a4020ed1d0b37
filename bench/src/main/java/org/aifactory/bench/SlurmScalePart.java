package org.aifactory.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.training.Progress;

/** What many runs cost: to ask what became of 10,000, and to place one among 100,000 that wait at seven sites. */
final class SlurmScalePart implements Part {
    private static final List<String> COUNTS = List.of("100", "1000", "10000");
    private static final String SITES = "7";
    private static final String WAITING = "100000";
    private static final String SECONDS = "5";

    private final Progress progress;

    SlurmScalePart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public List<Table> measure() {
        progress.show("Scale        ", 0, "starting a platform");
        try (Scratch scratch = Scratch.make();
                Platform platform = Platform.start(scratch.file("home"), Map.of())) {
            Database database = new Database(platform.home());
            PlatformSources sources = PlatformSources.compiled("slurm", scratch.file("classes"));
            progress.show("Scale        ", 0.3, "asking of many jobs");
            List<String> words = new ArrayList<>(
                    List.of(database.jdbc(), scratch.file("jobs").toString()));
            words.addAll(COUNTS);
            List<String> cycles =
                    sources.run("org.aifactory.federation.slurm.PollCycle", words, database.environment());
            progress.show("Scale        ", 0.7, "placing");
            List<String> decisions =
                    sources.run("org.aifactory.training.Decisions", List.of(SITES, WAITING, SECONDS), Map.of());
            return List.of(cycles(cycles), decisions(decisions));
        }
    }

    private static Table cycles(List<String> lines) {
        return new Table(
                "Asking Slurm what became of all runs, seconds",
                List.of("runs", "all have begun since", "nothing is new", "requests"),
                lines.stream()
                        .filter(line -> line.matches("\\d+ .*"))
                        .map(line -> line.split(" "))
                        .map(word -> List.<Object>of(
                                word[0],
                                Double.parseDouble(word[1]),
                                Double.parseDouble(word[2]),
                                Long.parseLong(word[3])))
                        .toList(),
                List.of(
                        "SlurmMachine.poll on the platform's own database. Slurm is simulated here: a program that answers as slurmrestd 22.05 did, 4 KB for a job. Nothing is new: the median of five."));
    }

    private static Table decisions(List<String> lines) {
        return new Table(
                "Placing runs at seven sites with 100,000 that wait",
                List.of("what", "value"),
                lines.stream()
                        .filter(line -> line.contains(": "))
                        .map(line -> line.split(": "))
                        .map(word -> List.<Object>of(word[0], Double.parseDouble(word[1])))
                        .toList(),
                List.of(
                        "Each decision asks all seven queues when the run would begin, corrects that and judges all, in one thread; the queues, of made-up sites, are worked out once and hold for five seconds. Without asking the sites and without the database."));
    }
}
