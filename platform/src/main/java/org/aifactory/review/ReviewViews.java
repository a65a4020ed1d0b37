package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.identity.PersonId;
import org.aifactory.review.PanelTable.Consensus;
import org.aifactory.review.PanelTable.Title;
import org.aifactory.review.Panels.Outcome;
import org.aifactory.review.Promotion.Waiting;
import org.aifactory.review.Promotions.Promoted;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Selection.WhenShort;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Panels as the office reads them, and assignments as a reviewer does. Nobody else reads either. */
@Component
class ReviewViews {
    private final PanelTable table;
    private final Panels panels;
    private final Promotions promotions;
    private final Reviewers reviewers;

    ReviewViews(PanelTable table, Panels panels, Promotions promotions, Reviewers reviewers) {
        this.promotions = promotions;
        this.table = table;
        this.panels = panels;
        this.reviewers = reviewers;
    }

    record CriterionView(
            String id,
            Message name,
            BigDecimal least,
            BigDecimal most,
            BigDecimal step,
            BigDecimal weight,
            Optional<BigDecimal> threshold) {
        static CriterionView of(Criterion criterion) {
            return new CriterionView(
                    criterion.id(),
                    criterion.name().said(),
                    criterion.least(),
                    criterion.most(),
                    criterion.step(),
                    criterion.weight(),
                    Optional.ofNullable(criterion.threshold()));
        }
    }

    /**
     * What a reviewer has to judge.
     *
     * @param paper the id of the proposal, which the reviewer may read
     */
    record AssignmentView(
            AssignmentId id,
            UUID paper,
            String title,
            String country,
            Message panel,
            Message reason,
            int version,
            Map<String, BigDecimal> scores,
            Map<String, String> comments,
            Optional<Instant> handedIn,
            boolean open,
            List<CriterionView> criteria) {}

    AssignmentView view(Assignment assignment) {
        Paper paper = table.paper(assignment.paper()).orElseThrow();
        Panel panel = table.panelOf(assignment.paper()).flatMap(table::find).orElseThrow();
        return new AssignmentView(
                assignment.id(),
                paper.id(),
                paper.title(),
                paper.country(),
                panel.title().said(),
                assignment.reason(),
                assignment.version(),
                assignment.scores(),
                assignment.comments(),
                assignment.handedIn(),
                panel.state() == PanelState.OPEN && assignment.handedIn().isEmpty(),
                panel.scheme().criteria().stream().map(CriterionView::of).toList());
    }

    /** How far the reviewers of a paper lie apart on a criterion. */
    record Spread(BigDecimal least, BigDecimal most, BigDecimal width) {
        static Spread of(BigDecimal least, BigDecimal most) {
            return new Spread(least, most, most.subtract(least));
        }
    }

    /** Somebody on the board of the office. */
    record SeatView(
            AssignmentId id,
            PersonId person,
            String name,
            Message reason,
            Optional<Instant> handedIn,
            Map<String, BigDecimal> scores,
            Map<String, String> comments) {}

    record ConsensusView(int version, Map<String, BigDecimal> scores, String comment, Instant at) {}

    /**
     * A paper on the board.
     *
     * @param missing how many reviewers it still lacks
     * @param spread of the scores that were handed in, by criterion
     */
    record PaperView(
            UUID id,
            String title,
            String country,
            long askedCents,
            Set<String> topics,
            List<SeatView> reviewers,
            int missing,
            Map<String, Spread> spread,
            Optional<ConsensusView> consensus) {}

    record DecisionView(long number, Instant at, String reason, long budgetCents, Outcome outcome, boolean holds) {}

    /**
     * All of a panel.
     *
     * @param whenShort whether others of the reserve list may pass the first who waits
     * @param titles of all its papers, {@code withdrawn} those of them that were taken back
     * @param waiting the reserve list as it is now, and {@code promotions} who of it took a place
     */
    record BoardView(
            PanelId id,
            String subject,
            Message title,
            PanelState state,
            int reviewers,
            int scheme,
            WhenShort whenShort,
            List<CriterionView> criteria,
            List<PaperView> papers,
            Outcome whatIf,
            Optional<DecisionView> decision,
            Map<UUID, String> titles,
            Set<UUID> withdrawn,
            List<Waiting> waiting,
            List<Promoted> promotions) {

        /** Those who may be next, by paper: the first who waits, and the others where they may pass. */
        public Map<UUID, String> next() {
            Map<UUID, String> next = new LinkedHashMap<>();
            waiting.stream()
                    .limit(whenShort == WhenShort.STOP ? 1 : Long.MAX_VALUE)
                    .forEach(one -> next.put(one.paper(), titles.getOrDefault(one.paper(), "")));
            return next;
        }

        /** The number of the decision by which a paper of the reserve list took a place; null where it did not. */
        public @Nullable Long promotedBy(UUID paper) {
            return promotions.stream()
                    .filter(promoted -> promoted.outcome().paper().equals(paper))
                    .map(Promoted::number)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** @param budget for which the line is shown; euro cents */
    BoardView board(Panel panel, long budget) {
        Map<PersonId, String> names =
                reviewers.all().stream().collect(Collectors.toMap(Reviewer::person, Reviewer::name));
        Map<UUID, List<Assignment>> assignments = table.assignments(panel.id());
        Map<UUID, Consensus> agreed = table.consensuses(panel.id());
        List<Title> titles = table.titles(panel.id());
        return new BoardView(
                panel.id(),
                panel.subject(),
                panel.title().said(),
                panel.state(),
                panel.reviewers(),
                panel.scheme().version(),
                panel.rule().whenShort(),
                panel.scheme().criteria().stream().map(CriterionView::of).toList(),
                table.papers(panel.id()).stream()
                        .map(paper -> view(
                                panel,
                                paper,
                                assignments.getOrDefault(paper.id(), List.of()),
                                names,
                                Optional.ofNullable(agreed.get(paper.id()))))
                        .toList(),
                panels.whatIf(panel, budget),
                panels.decision(panel.id())
                        .map(made -> new DecisionView(
                                made.number(),
                                made.at(),
                                made.reason(),
                                made.ground().budget(),
                                made.outcome(),
                                made.holds())),
                titles.stream().collect(Collectors.toMap(Title::paper, Title::title)),
                titles.stream().filter(Title::isWithdrawn).map(Title::paper).collect(Collectors.toSet()),
                promotions.waiting(panel.id()),
                promotions.of(panel.id()));
    }

    private static PaperView view(
            Panel panel,
            Paper paper,
            List<Assignment> assignments,
            Map<PersonId, String> names,
            Optional<Consensus> agreed) {
        return new PaperView(
                paper.id(),
                paper.title(),
                paper.country(),
                paper.asked(),
                paper.topics(),
                assignments.stream()
                        .map(assignment -> new SeatView(
                                assignment.id(),
                                assignment.person(),
                                names.getOrDefault(assignment.person(), "–"),
                                assignment.reason(),
                                assignment.handedIn(),
                                assignment.handedIn().isPresent() ? assignment.scores() : Map.of(),
                                assignment.handedIn().isPresent() ? assignment.comments() : Map.of()))
                        .toList(),
                Math.max(0, panel.reviewers() - assignments.size()),
                spread(panel.scheme(), assignments),
                agreed.map(one -> new ConsensusView(one.version(), one.scores(), one.comment(), one.at())));
    }

    private static Map<String, Spread> spread(Scheme scheme, List<Assignment> assignments) {
        List<Map<String, BigDecimal>> handedIn = assignments.stream()
                .filter(assignment -> assignment.handedIn().isPresent())
                .map(Assignment::scores)
                .toList();
        Map<String, Spread> spread = new TreeMap<>();
        if (!handedIn.isEmpty()) {
            scheme.criteria().forEach(criterion -> {
                List<BigDecimal> scores = handedIn.stream()
                        .map(some -> some.get(criterion.id()))
                        .filter(Objects::nonNull)
                        .sorted()
                        .toList();
                if (!scores.isEmpty()) {
                    spread.put(criterion.id(), Spread.of(scores.getFirst(), scores.getLast()));
                }
            });
        }
        return spread;
    }
}
