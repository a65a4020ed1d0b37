package org.aifactory.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Application.Decision;
import org.aifactory.database.Columns;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Extensions and top-ups as they lie in the database. */
@Component
class ChangeTable {
    private final JdbcClient jdbc;

    ChangeTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Change> find(UUID id) {
        return jdbc.sql("select * from access.change where id = :id")
                .param("id", id)
                .query((row, number) -> change(row))
                .optional();
    }

    Optional<Change> withKey(AllocationId allocation, UUID key) {
        return jdbc.sql("select * from access.change where allocation = :allocation and key = :key")
                .param("allocation", allocation.value())
                .param("key", key)
                .query((row, number) -> change(row))
                .optional();
    }

    List<Change> of(AllocationId allocation) {
        return jdbc.sql("select * from access.change where allocation = :allocation order by asked_at, id")
                .param("allocation", allocation.value())
                .query((row, number) -> change(row))
                .list();
    }

    List<Change> waiting() {
        return jdbc.sql("select * from access.change where decided_at is null order by asked_at, id")
                .query((row, number) -> change(row))
                .list();
    }

    void add(Change change, UUID key) {
        jdbc.sql("""
                insert into access.change (id, allocation, key, kind, months, amount, purpose, state, asked_by, asked_at, promised_by)
                values (:id, :allocation, :key, :kind, :months, :amount, :purpose, :state, :by, :at, :promised)
                """)
                .param("id", change.id())
                .param("allocation", change.allocation().value())
                .param("key", key)
                .param("kind", change.kind().name())
                .param("months", change.months() == 0 ? null : change.months(), Types.INTEGER)
                .param("amount", change.amount() == 0 ? null : change.amount(), Types.BIGINT)
                .param("purpose", change.purpose())
                .param("state", change.state().name())
                .param("by", change.askedBy().value())
                .param("at", change.asked().atOffset(ZoneOffset.UTC))
                .param(
                        "promised",
                        change.promisedBy()
                                .map(instant -> instant.atOffset(ZoneOffset.UTC))
                                .orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    /** @throws Problem when there is no such move, or it was moved meanwhile */
    void move(Change change, ApplicationState next, Optional<Decision> decision) {
        if (!change.state().mayBecome(next)) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    "access.refused.move",
                    ApplicationTable.state(change.state()),
                    ApplicationTable.state(next));
        }
        int moved = jdbc.sql("""
                update access.change set state = :next, decided_at = :at, decided_by = :by, reason = :reason, reason_words = :words::jsonb
                 where id = :id and state = :state
                """)
                .param("next", next.name())
                .param(
                        "at",
                        decision.map(made -> made.at().atOffset(ZoneOffset.UTC)).orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("by", decision.flatMap(Decision::by).map(PersonId::value).orElse(null), Types.OTHER)
                .param("reason", decision.map(made -> made.reason().inEnglish()).orElse(null), Types.VARCHAR)
                .param(
                        "words",
                        decision.isEmpty() ? null : decision.get().reason().toKeep(),
                        Types.VARCHAR)
                .param("id", change.id())
                .param("state", change.state().name())
                .update();
        if (moved == 0) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "access.refused.moved");
        }
    }

    private static Change change(ResultSet row) throws SQLException {
        Optional<Instant> decided = Columns.optionalInstant(row, "decided_at");
        return new Change(
                row.getObject("id", UUID.class),
                new AllocationId(row.getObject("allocation", UUID.class)),
                Change.Kind.valueOf(row.getString("kind")),
                row.getInt("months"),
                row.getLong("amount"),
                row.getString("purpose"),
                ApplicationState.valueOf(row.getString("state")),
                new PersonId(row.getObject("asked_by", UUID.class)),
                Columns.instant(row, "asked_at"),
                Columns.optionalInstant(row, "promised_by"),
                decided.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Decision(
                                decided.get(),
                                Columns.optionalUuid(row, "decided_by").map(PersonId::new),
                                Message.kept(row.getString("reason"), row.getString("reason_words")))));
    }
}
