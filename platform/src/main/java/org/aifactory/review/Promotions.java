package org.aifactory.review;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.review.Panels.Decision;
import org.aifactory.review.Promotion.Ground;
import org.aifactory.review.Promotion.Waiting;
import org.aifactory.review.Selection.Line;
import org.aifactory.review.Selection.Verdict;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The reserve lists of decided panels: who waits, and who of them took a place that came free. */
@Service
public class Promotions {
    private final JdbcClient jdbc;
    private final PanelTable table;
    private final Panels panels;
    private final AuditTrail audit;
    private final JsonMapper json;
    private final InstantSource clock;

    Promotions(
            JdbcClient jdbc, PanelTable table, Panels panels, AuditTrail audit, JsonMapper json, InstantSource clock) {
        this.jdbc = jdbc;
        this.table = table;
        this.panels = panels;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A decision on the reserve list.
     *
     * @param number counted together with that of decisions
     * @param holds whether working it out again gives what is kept, to the character
     */
    public record Promoted(
            long number, PanelId panel, Ground ground, Promotion outcome, String reason, Instant at, boolean holds) {}

    /** Those of the reserve list who have neither taken a place nor been taken back, the first first; nobody before the decision. */
    public List<Waiting> waiting(PanelId panel) {
        return panels.decision(panel).map(this::waiting).orElse(List.of());
    }

    private List<Waiting> waiting(Decision decision) {
        Set<UUID> there = new HashSet<>(
                table.papers(decision.panel()).stream().map(Paper::id).toList());
        of(decision.panel()).forEach(promoted -> there.remove(promoted.outcome().paper()));
        return decision.outcome().selection().lines().stream()
                .filter(line -> line.verdict() == Verdict.RESERVE && there.contains(line.paper()))
                .map(Promotions::waiting)
                .toList();
    }

    private static Waiting waiting(Line line) {
        return new Waiting(line.rank(), line.paper(), line.asked());
    }

    /**
     * Gives a place to the next of the reserve list, under a number, for good.
     *
     * @param expected who is next, as far as the officer knows
     * @param budget at most what it may cost; euro cents
     * @throws Problem where nobody waits, whoever is next costs more, or somebody else is next
     */
    @Transactional
    public Promoted promote(Actor actor, PanelId id, UUID expected, long budget, String reason) {
        Reviewers.requireOfficer(actor);
        Panel panel = table.lock(id).orElseThrow(() -> Problem.notFound("panel", id));
        String spoken = Reviewers.requireReason("reason", reason);
        Decision decision =
                panels.decision(id).orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "review.refused.not-decided"));
        Ground ground = new Ground(decision.number(), panel.rule().whenShort(), budget, waiting(decision));
        if (ground.waiting().isEmpty()) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.nobody-waits");
        }
        if (ground.waiting().stream().noneMatch(waiting -> waiting.paper().equals(expected))) {
            throw notNext();
        }
        Promotion outcome = Promotion.of(ground)
                .orElseThrow(() -> Problem.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        "review.refused.next-costs-more",
                        euros(ground.waiting().getFirst().asked())));
        if (!outcome.paper().equals(expected)) {
            throw notNext();
        }
        long number = keep(panel, ground, outcome, spoken, actor);
        audit.record(
                actor.person(),
                null,
                "panel.promoted",
                panel.trail(),
                Map.of("decision", number, "paper", outcome.paper(), "budget", budget));
        return about(outcome.paper()).orElseThrow();
    }

    private static Problem notNext() {
        return Problem.of(ProblemType.CHANGED_MEANWHILE, "review.refused.not-next");
    }

    private static BigDecimal euros(long cents) {
        return BigDecimal.valueOf(cents, 2);
    }

    private long keep(Panel panel, Ground ground, Promotion outcome, String reason, Actor actor) {
        return jdbc.sql("""
                insert into review.promotion (number, panel, paper, ground, outcome, reason, decided_by, decided_at)
                values (nextval(pg_get_serial_sequence('review.decision', 'number')), :panel, :paper, :ground, :outcome, :reason, :by, :at)
                returning number
                """)
                .param("panel", panel.id().value())
                .param("paper", outcome.paper())
                .param("ground", json.writeValueAsString(ground))
                .param("outcome", json.writeValueAsString(outcome))
                .param("reason", reason)
                .param("by", actor.person().value())
                .param("at", clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    /** The first first. */
    public List<Promoted> of(PanelId panel) {
        return jdbc.sql("select * from review.promotion where panel = :panel order by number")
                .param("panel", panel.value())
                .query((row, at) -> promoted(row))
                .list();
    }

    /** How a paper of the reserve list came to its place. */
    public Optional<Promoted> about(UUID paper) {
        return jdbc.sql("select * from review.promotion where paper = :paper")
                .param("paper", paper)
                .query((row, at) -> promoted(row))
                .optional();
    }

    Promoted require(Actor actor, long number) {
        Reviewers.requireOfficer(actor);
        return jdbc.sql("select * from review.promotion where number = :number")
                .param("number", number)
                .query((row, at) -> promoted(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("decision", number));
    }

    private Promoted promoted(ResultSet row) throws SQLException {
        Ground ground = json.readValue(row.getString("ground"), Ground.class);
        String outcome = row.getString("outcome");
        return new Promoted(
                row.getLong("number"),
                new PanelId(row.getObject("panel", UUID.class)),
                ground,
                json.readValue(outcome, Promotion.class),
                row.getString("reason"),
                Columns.instant(row, "decided_at"),
                Promotion.of(ground)
                        .map(json::writeValueAsString)
                        .filter(outcome::equals)
                        .isPresent());
    }
}
