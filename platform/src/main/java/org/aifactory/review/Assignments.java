package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What a reviewer has to judge: only their own, and only as long as they are free to. */
@Service
class Assignments {
    private static final int LONGEST_COMMENT = 20_000;

    private final PanelTable table;
    private final Panels panels;
    private final AuditTrail audit;
    private final InstantSource clock;

    Assignments(PanelTable table, Panels panels, AuditTrail audit, InstantSource clock) {
        this.table = table;
        this.panels = panels;
        this.audit = audit;
        this.clock = clock;
    }

    /** Their own, what is to be done first. */
    List<Assignment> of(Actor actor) {
        Reviewers.requireReviewer(actor);
        return table.of(actor.person());
    }

    /** @throws Problem that there is none, or that a conflict has come up since */
    Assignment find(Actor actor, AssignmentId id) {
        Assignment found = own(actor, id);
        if (!panels.isFree(actor.person(), found.paper())) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.not-free");
        }
        return found;
    }

    /**
     * Saves scores, or hands them in: then they are all there, each with a comment, and stay.
     *
     * @param version that was read
     */
    @Transactional
    Assignment score(
            Actor actor,
            AssignmentId id,
            int version,
            Map<String, BigDecimal> scores,
            Map<String, String> comments,
            boolean handIn) {
        Panel panel = lockOpen(find(actor, id));
        Assignment assignment = find(actor, id);
        if (assignment.handedIn().isPresent()) {
            if (handIn
                    && assignment.version() == version + 1
                    && assignment.scores().equals(scores)) {
                return assignment;
            }
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.handed-in");
        }
        if (assignment.version() != version) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "review.refused.changed")
                    .with(Map.of("version", assignment.version()));
        }
        List<FieldFault> faults = faults(panel.scheme(), scores, comments, handIn);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        table.score(id, scores, comments, handIn ? now() : null);
        audit.record(
                actor.person(),
                null,
                handIn ? "review.handed-in" : "review.saved",
                assignment.subject(),
                Map.of("version", version + 1));
        return find(actor, id);
    }

    private static List<FieldFault> faults(
            Scheme scheme, Map<String, BigDecimal> scores, Map<String, String> comments, boolean isWhole) {
        Map<String, BigDecimal> filled = new HashMap<>();
        scheme.criteria().forEach(criterion -> filled.put(criterion.id(), criterion.least()));
        filled.putAll(scores);
        List<FieldFault> faults = new ArrayList<>(SchemeRules.faults("scores", scheme, isWhole ? scores : filled));
        comments.forEach((id, comment) -> {
            boolean isKnown = scheme.criterion(id).isPresent();
            boolean isFit = comment != null && comment.length() <= LONGEST_COMMENT && comment.indexOf('\0') < 0;
            if (!isKnown || !isFit) {
                faults.add(FieldFault.of("comments", "review.fault.comment", LONGEST_COMMENT));
            }
        });
        if (isWhole) {
            scheme.criteria().stream()
                    .filter(criterion ->
                            comments.getOrDefault(criterion.id(), "").isBlank())
                    .forEach(criterion -> faults.add(FieldFault.of(
                            "comments." + criterion.id(),
                            "review.fault.no-comment",
                            criterion.name().said())));
        }
        return faults;
    }

    /** Gives a paper back, for a conflict that nobody else could know of, or for want of time. */
    @Transactional
    void decline(Actor actor, AssignmentId id, String reason) {
        lockOpen(own(actor, id));
        // It may have been handed in, or ended, while this waited for the panel.
        Assignment own = own(actor, id);
        if (own.handedIn().isPresent()) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.handed-in");
        }
        table.end(id, Reviewers.requireReason("reason", reason), now());
        audit.record(actor.person(), null, "review.declined", own.subject(), Map.of());
    }

    private Assignment own(Actor actor, AssignmentId id) {
        return table.assignment(id)
                .filter(assignment -> assignment.person().equals(actor.person()))
                .orElseThrow(() -> Problem.notFound("assignment", id));
    }

    Panel panelOf(Assignment assignment) {
        return table.panelOf(assignment.paper()).flatMap(table::find).orElseThrow();
    }

    private Panel lockOpen(Assignment assignment) {
        Panel panel = table.panelOf(assignment.paper()).flatMap(table::lock).orElseThrow();
        if (panel.state() != PanelState.OPEN) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.decided");
        }
        return panel;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
