package org.aifactory.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.engine.training.Progress;

/** How long one waits from a command to its help, and to the first step of training a text of 1 MB. */
final class StartPart implements Part {
    private static final int TEXT_BYTES = 1_000_000;
    /** As the engine accounts for it: {@code Ready  after 6.1 s: start 0.5, text 0.1, …}. */
    private static final Pattern SPENT = Pattern.compile("(\\w+) ([0-9.]+)(?=,|$)");

    private final Progress progress;

    StartPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Table> measure() {
        progress.show("Start        ", 0, "help");
        double help = Rounds.median(() -> Rounds.seconds(() -> Child.aifactory("engine", "--help")));
        Map<String, List<Double>> spent = new LinkedHashMap<>();
        try (Scratch scratch = Scratch.make()) {
            MachineText.gather(TEXT_BYTES, scratch.file("text.txt"));
            for (int round = 0; round < Rounds.COUNT; round++) {
                progress.show("Start        ", (double) round / Rounds.COUNT, "training");
                train(scratch, spent);
            }
        }
        List<List<Object>> rows = new ArrayList<>();
        rows.add(List.of("./aifactory engine --help", help));
        spent.forEach((work, seconds) -> rows.add(List.of(work, Rounds.median(seconds))));
        return List.of(new Table(
                "Start",
                List.of("what", "seconds"),
                rows,
                List.of(
                        "Training on 1 MB of text by --minutes 3: start is Java until the command begins its work; vocabulary and tokens are made, LibTorch loaded, the machine measured, the model set up. Medians of "
                                + Rounds.COUNT + ".")));
    }

    private static void train(Scratch scratch, Map<String, List<Double>> spent) {
        List<String> said = new ArrayList<>();
        double seconds = Rounds.seconds(() -> said.add(Child.aifactoryUntil(
                "Ready ",
                "engine",
                "train",
                "--text=" + scratch.file("text.txt"),
                "--out=" + scratch.file("model"),
                "--minutes=3",
                "--fresh")));
        add(spent, "from the command to the first step of training, in all", seconds);
        Matcher matcher = SPENT.matcher(said.getFirst());
        while (matcher.find()) {
            add(spent, "of it: " + matcher.group(1), Double.parseDouble(matcher.group(2)));
        }
    }

    private static void add(Map<String, List<Double>> spent, String work, double seconds) {
        spent.computeIfAbsent(work, _ -> new ArrayList<>()).add(seconds);
    }
}
