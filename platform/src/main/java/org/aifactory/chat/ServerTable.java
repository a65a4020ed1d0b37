package org.aifactory.chat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Vault;
import org.aifactory.models.ModelId;
import org.aifactory.web.Message;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** The rows of {@link ChatServer}s. */
@Component
class ServerTable {
    private final JdbcClient jdbc;
    private final Vault vault;

    ServerTable(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    Optional<ChatServer> find(ModelId model, OrganisationId organisation) {
        return jdbc.sql("select * from chat.server where model = :model and organisation = :organisation")
                .param("model", model.value())
                .param("organisation", organisation.value())
                .query((row, number) -> server(row))
                .optional();
    }

    /** Until the transaction ends, nobody else starts or stops it. */
    Optional<ChatServer> lock(ModelId model, OrganisationId organisation) {
        return jdbc.sql("select * from chat.server where model = :model and organisation = :organisation for update")
                .param("model", model.value())
                .param("organisation", organisation.value())
                .query((row, number) -> server(row))
                .optional();
    }

    List<ChatServer> of(ModelId model, Collection<OrganisationId> organisations) {
        return jdbc.sql("""
                select * from chat.server where model = :model and organisation = any(:organisations)
                 order by wanted desc, asked is null, used_at desc
                """)
                .param("model", model.value())
                .param(
                        "organisations",
                        new SqlArrayValue(
                                "uuid",
                                organisations.stream()
                                        .map(OrganisationId::value)
                                        .toArray()))
                .query((row, number) -> server(row))
                .list();
    }

    List<ChatServer> of(OrganisationId organisation) {
        return jdbc.sql("select * from chat.server where organisation = :organisation order by since desc, model")
                .param("organisation", organisation.value())
                .query((row, number) -> server(row))
                .list();
    }

    List<ChatServer> underWay() {
        return jdbc.sql("select * from chat.server where asked is not null")
                .query((row, number) -> server(row))
                .list();
    }

    /** Says that somebody wants it, and who pays; where it runs already, that stays as it is. */
    void want(ModelId model, OrganisationId organisation, AllocationId allocation, PersonId by, Instant now) {
        jdbc.sql("""
                insert into chat.server (model, organisation, allocation, started_by, wanted, since, used_at)
                values (:model, :organisation, :allocation, :by, true, :now, :now)
                on conflict (model, organisation) do update
                   set allocation = case when server.asked is null then excluded.allocation else server.allocation end,
                       started_by = case when server.asked is null then excluded.started_by else server.started_by end,
                       wanted = true, used_at = excluded.used_at, failed_at = null
                """)
                .param("model", model.value())
                .param("organisation", organisation.value())
                .param("allocation", allocation.value())
                .param("by", by.value())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** A run is about to be asked for, by this key. */
    void asks(ChatServer server, UUID key, Duration wallTime, String secret, Instant now) {
        jdbc.sql("""
                update chat.server set asked = :key, wall_seconds = :wall, secret = :secret, run = null, address = '', since = :now
                 where model = :model and organisation = :organisation
                """)
                .param("key", key)
                .param("wall", wallTime.toSeconds())
                .param(
                        "secret",
                        vault.seal(
                                place(
                                        server.model().value(),
                                        server.organisation().value()),
                                secret))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    /** It is this run that was asked for. */
    void got(ChatServer server, UUID run) {
        jdbc.sql("""
                update chat.server set run = :run
                 where model = :model and organisation = :organisation and asked = :key and run is null
                """)
                .param("run", run)
                .param("key", server.asked().orElseThrow())
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    /** What was asked for by this key was refused. */
    void refused(ChatServer server, Instant now) {
        jdbc.sql("""
                update chat.server set asked = null, secret = '', since = :now
                 where model = :model and organisation = :organisation and asked = :key and run is null
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("key", server.asked().orElseThrow())
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    void listens(ChatServer server, UUID run, String address) {
        jdbc.sql("""
                update chat.server set address = :address
                 where model = :model and organisation = :organisation and run = :run
                """)
                .param("address", address)
                .param("run", run)
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    void used(ModelId model, OrganisationId organisation, Instant now) {
        jdbc.sql("""
                update chat.server set used_at = greatest(used_at, :now) where model = :model and organisation = :organisation
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("model", model.value())
                .param("organisation", organisation.value())
                .update();
    }

    /**
     * It has no run any more.
     *
     * @param failure why, where nobody had asked for it; else empty
     */
    void ended(ChatServer server, Message failure, Instant now) {
        jdbc.sql("""
                update chat.server
                   set asked = null, run = null, secret = '', address = '', since = :now, failure = :failure, failure_words = :words::jsonb,
                       failed_at = case when :failure = '' then null else :now end
                 where model = :model and organisation = :organisation
                """)
                .param("failure", failure.inEnglish())
                .param("words", failure.toKeep(), java.sql.Types.VARCHAR)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    void unwant(ChatServer server) {
        jdbc.sql("update chat.server set wanted = false where model = :model and organisation = :organisation")
                .param("model", server.model().value())
                .param("organisation", server.organisation().value())
                .update();
    }

    private static String place(UUID model, UUID organisation) {
        return "chat of organisation " + organisation + " with model " + model;
    }

    /** Seals what an earlier platform has written in clear. */
    @EventListener(ApplicationStartedEvent.class)
    void sealEarlier() {
        record Clear(UUID model, UUID organisation, String secret) {}
        jdbc.sql(
                        "select model, organisation, secret from chat.server where secret <> '' and secret not like 'sealed:%'")
                .query((row, number) -> new Clear(
                        row.getObject("model", UUID.class),
                        row.getObject("organisation", UUID.class),
                        row.getString("secret")))
                .list()
                .forEach(clear -> jdbc.sql(
                                "update chat.server set secret = :sealed where model = :model and organisation = :organisation and secret = :clear")
                        .param("sealed", vault.seal(place(clear.model(), clear.organisation()), clear.secret()))
                        .param("model", clear.model())
                        .param("organisation", clear.organisation())
                        .param("clear", clear.secret())
                        .update());
    }

    private ChatServer server(ResultSet row) throws SQLException {
        return new ChatServer(
                new ModelId(row.getObject("model", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                new AllocationId(row.getObject("allocation", UUID.class)),
                new PersonId(row.getObject("started_by", UUID.class)),
                row.getBoolean("wanted"),
                Columns.optionalUuid(row, "asked"),
                Duration.ofSeconds(row.getLong("wall_seconds")),
                Columns.optionalUuid(row, "run"),
                vault.open(
                                place(row.getObject("model", UUID.class), row.getObject("organisation", UUID.class)),
                                row.getString("secret"))
                        .orElse(""),
                row.getString("address"),
                Columns.instant(row, "since"),
                Columns.instant(row, "used_at"),
                Message.kept(row.getString("failure"), row.getString("failure_words")),
                Columns.optionalInstant(row, "failed_at"));
    }
}
