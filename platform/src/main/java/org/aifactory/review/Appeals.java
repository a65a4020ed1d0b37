package org.aifactory.review;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Appeals against decisions: one for each paper, filed in time, answered by a promised day. */
@Service
public class Appeals {
    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final InstantSource clock;

    Appeals(JdbcClient jdbc, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * An appeal.
     *
     * @param promisedBy by when it is to be answered
     */
    public record Appeal(
            UUID id, UUID paper, String text, Instant filed, Instant promisedBy, Optional<Answer> answer) {}

    public record Answer(boolean upheld, String text, Instant at) {}

    public Optional<Appeal> about(UUID paper) {
        return jdbc.sql("select * from review.appeal where paper = :paper")
                .param("paper", paper)
                .query((row, number) -> appeal(row))
                .optional();
    }

    /** Those that nobody has answered, the most urgent first. */
    public List<Appeal> waiting() {
        return jdbc.sql("select * from review.appeal where answered_at is null order by promised_by, id")
                .query((row, number) -> appeal(row))
                .list();
    }

    /**
     * Files one, for whoever may; who that is, the caller has asked.
     *
     * @param until when it is possible
     * @throws Problem that it is too late, or was filed already
     */
    @Transactional
    public Appeal file(Actor actor, UUID paper, String text, Instant until, Duration answeredWithin) {
        String spoken = Reviewers.requireReason("text", text);
        Instant now = now();
        if (now.isAfter(until)) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.appeal-late", until);
        }
        int filed = jdbc.sql("""
                insert into review.appeal (id, paper, text, filed_by, filed_at, promised_by)
                values (:id, :paper, :text, :by, :now, :promised) on conflict (paper) do nothing
                """)
                .param("id", UUID.randomUUID())
                .param("paper", paper)
                .param("text", spoken)
                .param("by", actor.person().value())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("promised", now.plus(answeredWithin).atOffset(ZoneOffset.UTC))
                .update();
        if (filed == 0) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.appeal-twice");
        }
        audit.record(actor.person(), null, "appeal.filed", "paper " + paper, Map.of());
        return about(paper).orElseThrow();
    }

    /** Answers one, once and for all. */
    @Transactional
    public Appeal answer(Actor actor, UUID id, boolean upheld, String text) {
        Reviewers.requireOfficer(actor);
        String spoken = Reviewers.requireReason("answer", text);
        Appeal appeal = jdbc.sql("select * from review.appeal where id = :id for no key update")
                .param("id", id)
                .query((row, number) -> appeal(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("appeal", id));
        if (appeal.answer().isPresent()) {
            throw Problem.of(ProblemType.NOT_NOW, "review.refused.answered");
        }
        jdbc.sql("""
                update review.appeal set upheld = :upheld, answer = :answer, answered_by = :by, answered_at = :now where id = :id
                """)
                .param("upheld", upheld)
                .param("answer", spoken)
                .param("by", actor.person().value())
                .param("now", now().atOffset(ZoneOffset.UTC))
                .param("id", id)
                .update();
        audit.record(actor.person(), null, "appeal.answered", "paper " + appeal.paper(), Map.of("upheld", upheld));
        return about(appeal.paper()).orElseThrow();
    }

    private static Appeal appeal(ResultSet row) throws SQLException {
        Optional<Instant> answered = Columns.optionalInstant(row, "answered_at");
        return new Appeal(
                row.getObject("id", UUID.class),
                row.getObject("paper", UUID.class),
                row.getString("text"),
                Columns.instant(row, "filed_at"),
                Columns.instant(row, "promised_by"),
                answered.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Answer(row.getBoolean("upheld"), row.getString("answer"), answered.get())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
