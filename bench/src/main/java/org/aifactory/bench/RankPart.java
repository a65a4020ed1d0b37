package org.aifactory.bench;

import java.util.List;
import java.util.Map;
import org.aifactory.engine.training.Progress;

/** How long it takes to put all papers of a large cut-off in order. */
final class RankPart implements Part {
    private static final int PAPERS = 10_000;
    private static final int ROUNDS = 9;

    private final Progress progress;

    RankPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "rank";
    }

    @Override
    public List<Table> measure() {
        progress.show("Rank         ", 0, "papers");
        try (Scratch scratch = Scratch.make()) {
            Figures figures = Figures.of(PlatformSources.compiled("programme", scratch.file("classes"))
                    .run(
                            "org.aifactory.review.Ranks",
                            List.of(Integer.toString(PAPERS), Integer.toString(ROUNDS)),
                            Map.of()));
            return List.of(
                    new Table(
                            "Ranking %,d papers".formatted(PAPERS),
                            List.of("what", "milliseconds"),
                            List.of(
                                    List.of("ranking, in a program that has just started", 1000 * figures.of("first")),
                                    List.of(
                                            "ranking, median of %d afterwards".formatted(ROUNDS),
                                            1000 * figures.of("median")),
                                    List.of("selecting under a budget, median", 1000 * figures.of("selection"))),
                            List.of(
                                    "0.5 X1 + 0.25 X2 + 0.25 X3 of nine criteria, each with a threshold, and two tie-breaks, in exact decimals; one thread. Scores lie in memory.")));
        }
    }
}
