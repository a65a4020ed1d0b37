package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Assigner.Pair;
import org.aifactory.review.Assigner.Plan;
import org.aifactory.review.PanelTable.Consensus;
import org.aifactory.review.PanelTable.KeptDecision;
import org.aifactory.review.Ranking.Candidate;
import org.aifactory.review.Selection.Rule;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Panels as the programme office leads them: opened with all that came in for a cut-off, reviewers assigned, consensus recorded, ranked,
 * decided. Whoever changes anything of a panel locks it first, so that nothing moves while it is decided.
 */
@Service
public class Panels {
    private static final int LONGEST_COMMENT = 20_000;

    private final PanelTable table;
    private final Reviewers reviewers;
    private final AuditTrail audit;
    private final JsonMapper json;
    private final InstantSource clock;

    Panels(PanelTable table, Reviewers reviewers, AuditTrail audit, JsonMapper json, InstantSource clock) {
        this.table = table;
        this.reviewers = reviewers;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /** What went into a decision; kept as text, so that it can be calculated again to the digit. */
    public record Ground(Scheme scheme, Rule rule, long budget, List<Candidate> candidates) {}

    /** What came out of it. */
    public record Outcome(Ranking ranking, Selection selection) {}

    /**
     * A decision.
     *
     * @param holds whether calculating it again gives what is kept, to the character
     */
    public record Decision(
            long number, PanelId panel, Ground ground, Outcome outcome, String reason, Instant at, boolean holds) {}

    /**
     * Opens a panel; for the same subject there is only one.
     *
     * @param wanted reviewers for each paper, at least
     */
    @Transactional
    public Panel open(
            Actor actor, String subject, Text title, Scheme scheme, int wanted, Rule rule, List<Paper> papers) {
        Reviewers.requireOfficer(actor);
        Optional<Panel> known = table.about(subject);
        if (known.isPresent()) {
            return known.get();
        }
        Panel panel = new Panel(
                PanelId.random(), subject, title, table.keep(scheme, now()), wanted, rule, PanelState.OPEN, now());
        table.add(panel, actor.person());
        papers.forEach(paper -> table.add(panel.id(), paper));
        record(
                actor,
                panel,
                "panel.opened",
                Map.of("papers", papers.size(), "scheme", panel.scheme().version()));
        return panel;
    }

    public Optional<Panel> about(String subject) {
        return table.about(subject);
    }

    public Panel require(PanelId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("panel", id));
    }

    /** A paper that was taken back is judged no more. */
    @Transactional
    public void withdraw(UUID paper) {
        table.panelOf(paper).flatMap(table::lock).ifPresent(panel -> table.withdraw(paper, now()));
    }

    /** Whether the person judges the paper, and may. */
    public boolean mayRead(PersonId person, UUID paper) {
        return table.of(person).stream()
                        .anyMatch(assignment -> assignment.paper().equals(paper))
                && isFree(person, paper);
    }

    /** Asked again whenever a file is opened: people change organisations. */
    boolean isFree(PersonId person, UUID paper) {
        return table.paper(paper)
                .flatMap(found -> reviewers.find(person).map(reviewer -> Conflict.between(reviewer, found)))
                .filter(Set::isEmpty)
                .isPresent();
    }

    /** What was assigned, and what could not be. */
    record Assigned(int added, List<Assigner.Shortage> left) {}

    /** Assigns reviewers to all papers that have too few; what is assigned already stays. */
    @Transactional
    Assigned assign(Actor actor, PanelId id) {
        Panel panel = lockOpen(actor, id);
        Map<UUID, Set<PersonId>> before = new HashMap<>();
        table.assignments(id)
                .forEach((paper, some) -> before.put(
                        paper,
                        new HashSet<>(some.stream().map(Assignment::person).toList())));
        Plan plan = Assigner.plan(table.papers(id), reviewers.all(), before, panel.reviewers());
        Instant now = now();
        for (Pair pair : plan.pairs()) {
            table.assign(pair.paper(), pair.reviewer(), reason(pair.shared()), null, now);
        }
        record(
                actor,
                panel,
                "panel.assigned",
                Map.of("assigned", plan.pairs().size(), "short", plan.left().size()));
        return new Assigned(plan.pairs().size(), plan.left());
    }

    private static Message reason(Set<String> shared) {
        return shared.isEmpty()
                ? Message.of("review.reason.room")
                : Message.of("review.reason.topics", String.join(", ", shared));
    }

    /** Assigns by hand; a conflict cannot be overruled. */
    @Transactional
    void assignByHand(Actor actor, PanelId id, UUID paper, PersonId person) {
        Panel panel = lockOpen(actor, id);
        Paper found = paperOf(panel, paper);
        Reviewer reviewer = reviewers.find(person).orElseThrow(() -> Problem.notFound("reviewer", person));
        Set<Conflict> conflicts = Conflict.between(reviewer, found);
        if (!conflicts.isEmpty()) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES,
                    "review.refused.conflict",
                    Message.of("review.conflict." + conflicts.iterator().next().slug()));
        }
        if (table.assignments(id).getOrDefault(paper, List.of()).stream()
                .noneMatch(assignment -> assignment.person().equals(person))) {
            table.assign(paper, person, Message.of("review.reason.by-hand"), actor.person(), now());
            record(actor, panel, "panel.assigned-by-hand", Map.of("paper", paper, "reviewer", person));
        }
    }

    /** Takes back what was not handed in. */
    @Transactional
    void unassign(Actor actor, PanelId id, AssignmentId assignment, String reason) {
        Panel panel = lockOpen(actor, id);
        Assignment found = table.assignments(id).values().stream()
                .flatMap(List::stream)
                .filter(one -> one.id().equals(assignment))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("assignment", assignment));
        if (found.handedIn().isPresent()) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.handed-in");
        }
        table.end(assignment, Reviewers.requireReason("reason", reason), now());
        record(actor, panel, "panel.unassigned", Map.of("assignment", assignment));
    }

    /**
     * Records what the reviewers of a paper agree on, once enough of them have handed in.
     *
     * @param version that was read; 0 where there is none
     */
    @Transactional
    void agree(Actor actor, PanelId id, UUID paper, int version, Map<String, BigDecimal> scores, String comment) {
        Panel panel = lockOpen(actor, id);
        paperOf(panel, paper);
        long handedIn = table.assignments(id).getOrDefault(paper, List.of()).stream()
                .filter(assignment -> assignment.handedIn().isPresent())
                .count();
        if (handedIn < panel.reviewers()) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.too-few", handedIn, panel.reviewers());
        }
        int known = table.consensus(paper).map(Consensus::version).orElse(0);
        if (known != version) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "review.refused.changed")
                    .with(Map.of("version", known));
        }
        List<FieldFault> faults = new ArrayList<>(SchemeRules.faults("scores", panel.scheme(), scores));
        String spoken = comment.strip();
        if (spoken.isEmpty() || spoken.length() > LONGEST_COMMENT || spoken.indexOf('\0') >= 0) {
            faults.add(FieldFault.of("comment", "review.fault.reason", LONGEST_COMMENT));
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        table.agree(paper, version + 1, scores, spoken, actor.person(), now());
        record(actor, panel, "panel.agreed", Map.of("paper", paper, "version", version + 1));
    }

    /** What a budget would pay for, as far as there is a consensus; nothing is recorded. */
    Outcome whatIf(Panel panel, long budget) {
        return outcome(new Ground(panel.scheme(), panel.rule(), budget, candidates(panel)));
    }

    private static Outcome outcome(Ground ground) {
        Ranking ranking = Ranking.of(ground.scheme(), ground.candidates());
        return new Outcome(ranking, Selection.of(ranking, ground.budget(), ground.rule()));
    }

    private List<Candidate> candidates(Panel panel) {
        Map<UUID, Consensus> agreed = table.consensuses(panel.id());
        return table.papers(panel.id()).stream()
                .filter(paper -> agreed.containsKey(paper.id()))
                .map(paper -> new Candidate(
                        paper.id(),
                        paper.submitted(),
                        paper.asked(),
                        java.util.Objects.requireNonNull(agreed.get(paper.id())).scores()))
                .toList();
    }

    /**
     * Decides, under a number, for good. All that was not taken back must have a consensus.
     *
     * @param budget euro cents
     */
    @Transactional
    public Decision decide(Actor actor, PanelId id, long budget, String reason) {
        Panel panel = lockOpen(actor, id);
        String spoken = Reviewers.requireReason("reason", reason);
        List<Candidate> candidates = candidates(panel);
        int papers = table.papers(id).size();
        if (candidates.size() < papers || papers == 0) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.not-agreed", papers - candidates.size(), papers);
        }
        Ground ground = new Ground(panel.scheme(), panel.rule(), budget, candidates);
        long number = table.decide(
                panel,
                json.writeValueAsString(ground),
                json.writeValueAsString(outcome(ground)),
                spoken,
                actor.person(),
                now());
        record(actor, panel, "panel.decided", Map.of("decision", number, "budget", budget));
        return table.decision(number).map(this::calculatedAgain).orElseThrow();
    }

    public Optional<Decision> decision(PanelId panel) {
        return table.decision(panel).map(this::calculatedAgain);
    }

    Decision decision(Actor actor, long number) {
        Reviewers.requireOfficer(actor);
        return table.decision(number)
                .map(this::calculatedAgain)
                .orElseThrow(() -> Problem.notFound("decision", number));
    }

    private Decision calculatedAgain(KeptDecision kept) {
        Ground ground = json.readValue(kept.ground(), Ground.class);
        boolean holds = json.writeValueAsString(outcome(ground)).equals(kept.outcome());
        return new Decision(
                kept.number(),
                kept.panel(),
                ground,
                json.readValue(kept.outcome(), Outcome.class),
                kept.reason(),
                kept.at(),
                holds);
    }

    private Panel lockOpen(Actor actor, PanelId id) {
        Reviewers.requireOfficer(actor);
        Panel panel = table.lock(id).orElseThrow(() -> Problem.notFound("panel", id));
        if (panel.state() != PanelState.OPEN) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.decided");
        }
        return panel;
    }

    private Paper paperOf(Panel panel, UUID paper) {
        return table.papers(panel.id()).stream()
                .filter(found -> found.id().equals(paper))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("paper", paper));
    }

    private void record(Actor actor, Panel panel, String action, Map<String, ?> details) {
        audit.record(actor.person(), null, action, panel.trail(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
