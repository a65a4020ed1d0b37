package org.aifactory.bench;

import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.Progress;

/** How long it takes to find reviewers for all papers of a large cut-off. */
final class AssignPart implements Part {
    private static final int REVIEWERS = 2_000;
    private static final int PAPERS = 10_000;
    private static final int EACH = 3;
    /** There is room for a third more than is needed. */
    private static final int MOST = 20;

    private final Progress progress;

    AssignPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "assign";
    }

    @Override
    public List<Table> measure() {
        progress.show("Assign       ", 0, "reviewers");
        try (Scratch scratch = Scratch.make()) {
            Figures figures = Figures.of(PlatformSources.compiled("programme", scratch.file("classes"))
                    .run(
                            "org.aifactory.review.Assigning",
                            List.of(
                                    Integer.toString(REVIEWERS),
                                    Integer.toString(PAPERS),
                                    Integer.toString(EACH),
                                    Integer.toString(MOST)),
                            Map.of()));
            if (figures.whole("broken") > 0) {
                throw new EngineException(
                        Kind.RESOURCE,
                        figures.whole("broken")
                                + " pairs break a hard rule, so how fast they were found is of no use.");
            }
            return List.of(new Table(
                    "Assigning %,d reviewers to %,d papers, %d each".formatted(REVIEWERS, PAPERS, EACH),
                    List.of(
                            "seconds",
                            "pairs",
                            "places that nobody could take",
                            "pairs against a hard rule",
                            "share of pairs with a topic in common",
                            "papers of a reviewer, least and most"),
                    List.of(List.of(
                            figures.of("seconds"),
                            figures.whole("pairs"),
                            figures.whole("left"),
                            figures.whole("broken"),
                            figures.of("known"),
                            figures.whole("least") + " – " + figures.whole("most"))),
                    List.of(
                            "Made-up people of 27 countries and 800 organisations, 5 of 60 topics each, who take at most %d papers; papers of 3 topics with 2 partners. One thread, once, in a program that has just started; OR-Tools' flow of least cost. Afterwards every pair is looked at: the same organisation, a partner, the country of the site, what was declared, twice, and beyond what somebody takes are the hard rules. The database is left out."
                                    .formatted(MOST))));
        }
    }
}
