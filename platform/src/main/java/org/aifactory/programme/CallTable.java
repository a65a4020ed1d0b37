package org.aifactory.programme;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.AccountId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Calls as they lie in the database. */
@Component
class CallTable {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    CallTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<Call> named(String slug) {
        return jdbc.sql("select * from programme.call where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> call(row))
                .optional();
    }

    Optional<Call> find(CallId id) {
        return jdbc.sql("select * from programme.call where id = :id")
                .param("id", id.value())
                .query((row, number) -> call(row))
                .optional();
    }

    /** The same, locked until the transaction ends. */
    Optional<Call> lock(String slug) {
        return jdbc.sql("select * from programme.call where slug = :slug for no key update")
                .param("slug", slug)
                .query((row, number) -> call(row))
                .optional();
    }

    /** All, the latest first. */
    List<Call> all() {
        return jdbc.sql("select * from programme.call order by coalesce(published_at, made_at) desc, slug")
                .query((row, number) -> call(row))
                .list();
    }

    /** @return false where another has the slug */
    boolean add(Call call, @Nullable PersonId by, Instant at) {
        return jdbc.sql("""
                insert into programme.call (id, slug, kind, state, version, definition, imported, made_by, made_at, published_at)
                values (:id, :slug, :kind, :state, :version, :definition::jsonb, :imported, :by, :at, :published)
                on conflict (slug) do nothing
                """)
                        .param("id", call.id().value())
                        .param("slug", call.slug())
                        .param("kind", call.kind().name())
                        .param("state", call.isPublished() ? "PUBLISHED" : "DRAFT")
                        .param("version", call.version())
                        .param("definition", json.writeValueAsString(call.definition()))
                        .param("imported", call.isImported())
                        .param("by", by == null ? null : by.value(), Types.OTHER)
                        .param("at", at.atOffset(ZoneOffset.UTC))
                        .param(
                                "published",
                                call.isPublished() ? at.atOffset(ZoneOffset.UTC) : null,
                                Types.TIMESTAMP_WITH_TIMEZONE)
                        .update()
                == 1;
    }

    void change(Call call, CallKind kind, CallDefinition definition) {
        jdbc.sql("""
                update programme.call set kind = :kind, definition = :definition::jsonb, version = version + 1 where id = :id
                """)
                .param("kind", kind.name())
                .param("definition", json.writeValueAsString(definition))
                .param("id", call.id().value())
                .update();
    }

    void publish(Call call, AccountId budget, Instant at) {
        jdbc.sql("""
                update programme.call set state = 'PUBLISHED', budget_account = :budget, published_at = :at where id = :id
                """)
                .param("budget", budget.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("id", call.id().value())
                .update();
    }

    private Call call(ResultSet row) throws SQLException {
        return new Call(
                new CallId(row.getObject("id", UUID.class)),
                row.getString("slug"),
                CallKind.valueOf(row.getString("kind")),
                row.getString("state").equals("PUBLISHED"),
                row.getInt("version"),
                json.readValue(row.getString("definition"), CallDefinition.class),
                Columns.optionalUuid(row, "budget_account").map(AccountId::new),
                row.getBoolean("imported"));
    }
}
