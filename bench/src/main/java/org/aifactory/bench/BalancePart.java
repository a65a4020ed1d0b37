package org.aifactory.bench;

import java.util.List;
import java.util.Map;
import org.aifactory.engine.training.Progress;

/** How long it takes to read a balance of a large ledger. */
final class BalancePart implements Part {
    private static final int ENTRIES = 10_000_000;
    private static final int ACCOUNTS = 1_000;
    private static final int READS = 5_000;

    private final Progress progress;

    BalancePart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "balance";
    }

    @Override
    public List<Table> measure() {
        progress.show("Balance      ", 0, "entries");
        try (Scratch scratch = Scratch.make();
                Platform platform = Platform.start(scratch.file("home"), Map.of())) {
            Database database = new Database(platform.home());
            Figures figures = Figures.of(PlatformSources.compiled("programme", scratch.file("classes"))
                    .run(
                            "org.aifactory.ledger.BalanceReads",
                            List.of(
                                    database.jdbc(),
                                    Integer.toString(ENTRIES),
                                    Integer.toString(ACCOUNTS),
                                    Integer.toString(READS)),
                            database.environment()));
            return List.of(new Table(
                    "Reading a balance of a ledger with %,d entries".formatted(figures.whole("entries")),
                    List.of("what", "milliseconds"),
                    List.of(
                            List.of("median", figures.of("median")),
                            List.of("one of a hundred takes longer than", figures.of("slow"))),
                    List.of(
                            "Ledger.balance of %,d accounts at random, %,d times after as many that warm up, one after another, in a program of its own on the database of a platform."
                                    .formatted(ACCOUNTS, READS))));
        }
    }
}
