package org.aifactory.chat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.ExpiringKeys;
import org.aifactory.identity.KeyRing;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Secret;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
import org.aifactory.models.Visibility;
import org.aifactory.web.Problem;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Keys by which programs ask models. */
@Service
class ChatKeys implements KeyRing, ExpiringKeys {
    private static final String PREFIX = "aik_";
    private static final String OPENS = "/v1/";
    private static final Duration LONGEST = Duration.ofDays(366);
    /** When a key was last used is written down no more often than this. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final Models models;
    private final AuditTrail audit;
    private final InstantSource clock;

    ChatKeys(JdbcClient jdbc, Models models, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.models = models;
        this.audit = audit;
        this.clock = clock;
    }

    /** What somebody wants of a key. */
    record Wish(
            OrganisationId organisation,
            String name,
            List<ModelId> models,
            OptionalLong tokensPerDay,
            OptionalInt requestsPerMinute,
            Duration lasts) {}

    /** @param secret what the program sends as {@code Authorization: Bearer …}; told once */
    record NewKey(ChatKey key, String secret) {}

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public String opens() {
        return OPENS;
    }

    @Transactional
    public NewKey make(Actor actor, Wish wish) {
        actor.requireMayChange(wish.organisation(), "organisation", wish.organisation());
        if (wish.lasts().compareTo(LONGEST) > 0 || wish.lasts().compareTo(Duration.ofDays(1)) < 0) {
            throw Problem.invalid("days", "chat.fault.days", LONGEST.toDays());
        }
        List<ModelId> asked = List.copyOf(new LinkedHashSet<>(wish.models()));
        for (ModelId id : asked) {
            requireReachable(models.find(actor, id), wish.organisation());
        }
        String secret = PREFIX + Secret.random();
        ChatKey key = new ChatKey(
                UUID.randomUUID(),
                wish.organisation(),
                wish.name().strip(),
                asked,
                wish.tokensPerDay(),
                wish.requestsPerMinute(),
                now(),
                now().plus(wish.lasts()),
                Optional.empty());
        insert(actor, key, secret);
        audit.record(
                actor.person(),
                key.organisation(),
                "chat.key-made",
                "chat key " + key.id(),
                Map.of("name", key.name()));
        return new NewKey(key, secret);
    }

    private static void requireReachable(Model model, OrganisationId organisation) {
        if (!model.organisation().equals(organisation) && model.visibility() != Visibility.PUBLIC) {
            throw Problem.invalid("models", "chat.fault.others-model", model.name());
        }
    }

    private void insert(Actor actor, ChatKey key, String secret) {
        jdbc.sql("""
                insert into chat.key (id, organisation, made_by, name, secret_hash, models, tokens_per_day, requests_per_minute, made_at,
                                      expires_at)
                values (:id, :organisation, :by, :name, :hash, :models, :tokens, :requests, :made, :expires)
                """)
                .param("id", key.id())
                .param("organisation", key.organisation().value())
                .param("by", actor.person().value())
                .param("name", key.name())
                .param("hash", Secret.hash(secret))
                .param(
                        "models",
                        new SqlArrayValue(
                                "uuid",
                                key.models().stream().map(ModelId::value).toArray()))
                .param(
                        "tokens",
                        key.tokensPerDay().isPresent() ? key.tokensPerDay().getAsLong() : null,
                        Types.BIGINT)
                .param(
                        "requests",
                        key.requestsPerMinute().isPresent()
                                ? key.requestsPerMinute().getAsInt()
                                : null,
                        Types.INTEGER)
                .param("made", key.made().atOffset(ZoneOffset.UTC))
                .param("expires", key.expires().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Those that still open something, of all organisations of the person, the newest first. */
    List<ChatKey> of(Actor actor) {
        return jdbc.sql("""
                select * from chat.key
                 where organisation = any(:organisations) and revoked_at is null and expires_at > :now order by made_at desc, id
                """)
                .param(
                        "organisations",
                        new SqlArrayValue(
                                "uuid",
                                actor.memberships().stream()
                                        .map(membership ->
                                                membership.organisation().value())
                                        .toArray()))
                .param("now", now().atOffset(ZoneOffset.UTC))
                .query((row, number) -> key(row))
                .list();
    }

    @Override
    public List<ExpiringKey> ending(Instant after, Instant before, Duration lasting) {
        return jdbc.sql("""
                select id, organisation, made_by, name, expires_at from chat.key
                 where revoked_at is null and expires_at > :after and expires_at <= :before
                   and expires_at - made_at > make_interval(secs => :lasting)
                """)
                .param("after", after.atOffset(ZoneOffset.UTC))
                .param("before", before.atOffset(ZoneOffset.UTC))
                .param("lasting", lasting.toSeconds())
                .query((row, number) -> new ExpiringKey(
                        row.getObject("id", UUID.class),
                        "chat-key",
                        new PersonId(row.getObject("made_by", UUID.class)),
                        Optional.of(new OrganisationId(row.getObject("organisation", UUID.class))),
                        row.getString("name"),
                        Columns.instant(row, "expires_at"),
                        "/chat/keys"))
                .list();
    }

    /** A key that was made once. */
    record Made(ChatKey key, PersonId madeBy, Optional<Instant> revoked) {}

    /** All that an organisation has ever made, the newest first; for whoever has asked for the right already. */
    List<Made> all(OrganisationId organisation) {
        return jdbc.sql("select * from chat.key where organisation = :organisation order by made_at desc, id")
                .param("organisation", organisation.value())
                .query((row, number) -> new Made(
                        key(row),
                        new PersonId(row.getObject("made_by", UUID.class)),
                        Optional.ofNullable(row.getObject("revoked_at", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)))
                .list();
    }

    @Transactional
    public void revoke(Actor actor, UUID id) {
        ChatKey key = jdbc.sql("select * from chat.key where id = :id and revoked_at is null")
                .param("id", id)
                .query((row, number) -> key(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("chat key", id));
        actor.requireMayChange(key.organisation(), "chat key", id);
        jdbc.sql("update chat.key set revoked_at = :now where id = :id and revoked_at is null")
                .param("now", now().atOffset(ZoneOffset.UTC))
                .param("id", id)
                .update();
        audit.record(
                actor.person(), key.organisation(), "chat.key-revoked", "chat key " + id, Map.of("name", key.name()));
    }

    @Override
    @Transactional
    public Optional<KeyHolder> holder(String secret) {
        OffsetDateTime now = now().atOffset(ZoneOffset.UTC);
        Optional<ChatKey> key = jdbc.sql("""
                select * from chat.key where secret_hash = :hash and revoked_at is null and expires_at > :now
                """)
                .param("hash", Secret.hash(secret))
                .param("now", now)
                .query((row, number) -> key(row))
                .optional();
        key.ifPresent(found -> jdbc.sql("""
                update chat.key set last_used_at = :now where id = :id and (last_used_at is null or last_used_at < :before)
                """)
                .param("now", now)
                .param("id", found.id())
                .param("before", now.minus(USE_NOTED_EVERY))
                .update());
        return key.map(KeyHolder::new);
    }

    private static ChatKey key(ResultSet row) throws SQLException {
        long tokens = row.getLong("tokens_per_day");
        OptionalLong tokensPerDay = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(tokens);
        int requests = row.getInt("requests_per_minute");
        OptionalInt requestsPerMinute = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(requests);
        UUID[] models = (UUID[]) row.getArray("models").getArray();
        return new ChatKey(
                row.getObject("id", UUID.class),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                row.getString("name"),
                Arrays.stream(models).map(ModelId::new).toList(),
                tokensPerDay,
                requestsPerMinute,
                Columns.instant(row, "made_at"),
                Columns.instant(row, "expires_at"),
                Columns.optionalInstant(row, "last_used_at"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
