package org.aifactory.access;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The final report on each allocation, and when it is due. */
@Service
class Reports {
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Policy policy;
    private final WorkingDays days;
    private final Allocations allocations;
    private final AuditTrail audit;

    Reports(JdbcClient jdbc, JsonMapper json, Policy policy, Allocations allocations, AuditTrail audit) {
        this.jdbc = jdbc;
        this.json = json;
        this.policy = policy;
        this.days = WorkingDays.of(policy);
        this.allocations = allocations;
        this.audit = audit;
    }

    /**
     * What people say of what they did with the time; the figures are known.
     *
     * @param summary for everybody to read
     */
    record Report(String summary, String results, Optional<String> publications) {}

    /** @param due empty while the allocation is not over, and where no report is asked for */
    record Standing(Optional<Instant> due, Optional<Instant> filed, boolean overdue, Optional<Report> report) {}

    Standing standing(Allocation allocation) {
        Optional<Instant> due = due(allocation);
        Optional<Filed> filed = jdbc.sql("select answers, filed_at from access.report where allocation = :allocation")
                .param("allocation", allocation.id().value())
                .query((row, number) -> new Filed(
                        json.readValue(row.getString("answers"), Report.class), Columns.instant(row, "filed_at")))
                .optional();
        boolean overdue = filed.isEmpty()
                && due.filter(instant -> instant.isBefore(allocations.now())).isPresent();
        return new Standing(due, filed.map(Filed::at), overdue, filed.map(Filed::report));
    }

    private record Filed(Report report, Instant at) {}

    private Optional<Instant> due(Allocation allocation) {
        if (policy.report() == null || allocation.state() == AllocationState.ACTIVE) {
            return Optional.empty();
        }
        int months = policy.report().dueMonths();
        return jdbc.sql("select ended_at from access.allocation where id = :id")
                .param("id", allocation.id().value())
                .query((row, number) -> row.getObject("ended_at", OffsetDateTime.class))
                .optional()
                .map(ended -> days.plusMonths(ended.toInstant(), months));
    }

    /** Files the report, or a better one. */
    @Transactional
    void file(Actor actor, AllocationId id, Report report) {
        Allocation allocation = allocations.find(actor, id);
        actor.requireMayChange(allocation.organisation(), "allocation", id);
        if (allocation.state() == AllocationState.ACTIVE) {
            throw Problem.of(ProblemType.NOT_NOW, Message.of("access.report.too-early", allocation.project()));
        }
        jdbc.sql("""
                insert into access.report (allocation, answers, filed_by, filed_at) values (:allocation, :answers::jsonb, :by, :now)
                on conflict (allocation) do update
                   set answers = excluded.answers, filed_by = excluded.filed_by, filed_at = excluded.filed_at
                """)
                .param("allocation", id.value())
                .param("answers", json.writeValueAsString(report))
                .param("by", actor.person().value())
                .param("now", allocations.now().atOffset(ZoneOffset.UTC))
                .update();
        audit.record(
                actor.person(),
                allocation.organisation(),
                "allocation.report-filed",
                Changes.subject(allocation),
                Map.of());
    }
}
