package org.aifactory.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.web.Problem;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Tokens by which a program acts as the person who made them. */
@Service
public class ApiTokens implements ExpiringKeys {
    /** Begins every token, so that one that leaked into a text is recognised. */
    static final String PREFIX = "aif_";

    static final Duration LONGEST = Duration.ofDays(366);
    /** When a token was last used is written down no more often than this. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    /** The names of those that come of signing in; whoever has one signs in again. */
    private static final List<String> OF_SIGNING_IN = List.of("sign-in", "sign-up", "first administrator", "example");

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final AuditTrail audit;

    ApiTokens(JdbcClient jdbc, InstantSource clock, AuditTrail audit) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.audit = audit;
    }

    public record ApiToken(UUID id, String name, Instant created, Instant expires, Optional<Instant> lastUsed) {}

    /** @param token what the program sends as {@code Authorization: Bearer …}; told once */
    public record NewApiToken(UUID id, String name, Instant expires, String token) {}

    @Transactional
    public NewApiToken make(PersonId person, String name, Duration lasts) {
        if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
            throw Problem.invalid("days", "identity.fault.token-days", LONGEST.toDays());
        }
        String token = PREFIX + Secret.random();
        NewApiToken made =
                new NewApiToken(UUID.randomUUID(), name.strip(), clock.instant().plus(lasts), token);
        jdbc.sql("""
                insert into identity.api_token (id, person, name, secret_hash, created_at, expires_at)
                values (:id, :person, :name, :hash, :now, :expires)
                """)
                .param("id", made.id())
                .param("person", person.value())
                .param("name", made.name())
                .param("hash", Secret.hash(token))
                .param("now", now())
                .param("expires", made.expires().atOffset(ZoneOffset.UTC))
                .update();
        audit.record(person, null, "token.made", "token " + made.id(), Map.of("name", made.name()));
        return made;
    }

    /** Those that still open something. */
    public List<ApiToken> of(PersonId person) {
        return jdbc.sql("""
                select id, name, created_at, expires_at, last_used_at from identity.api_token
                 where person = :person and revoked_at is null and expires_at > :now
                 order by created_at, id
                """)
                .param("person", person.value())
                .param("now", now())
                .query((row, number) -> new ApiToken(
                        row.getObject("id", UUID.class),
                        row.getString("name"),
                        Columns.instant(row, "created_at"),
                        Columns.instant(row, "expires_at"),
                        Columns.optionalInstant(row, "last_used_at")))
                .list();
    }

    @Override
    public List<ExpiringKey> ending(Instant after, Instant before, Duration lasting) {
        return jdbc.sql("""
                select id, person, name, expires_at from identity.api_token
                 where revoked_at is null and expires_at > :after and expires_at <= :before
                   and expires_at - created_at > make_interval(secs => :lasting) and name not in (:others)
                """)
                .param("after", after.atOffset(ZoneOffset.UTC))
                .param("before", before.atOffset(ZoneOffset.UTC))
                .param("lasting", lasting.toSeconds())
                .param("others", OF_SIGNING_IN)
                .query((row, number) -> new ExpiringKey(
                        row.getObject("id", UUID.class),
                        "token",
                        new PersonId(row.getObject("person", UUID.class)),
                        Optional.empty(),
                        row.getString("name"),
                        Columns.instant(row, "expires_at"),
                        "/account"))
                .list();
    }

    @Transactional
    public void revoke(PersonId person, UUID token) {
        int revoked = jdbc.sql("""
                update identity.api_token set revoked_at = :now where id = :id and person = :person and revoked_at is null
                """)
                .param("now", now())
                .param("id", token)
                .param("person", person.value())
                .update();
        if (revoked == 0) {
            throw Problem.notFound("token", token);
        }
        audit.record(person, null, "token.revoked", "token " + token, Map.of());
    }

    /** Who made the token, and whether it is time to write down that it was used. */
    private record Holder(PersonId person, boolean isDue) {}

    /** Who made the token, where it is known, not revoked and not expired. Asked for every request, so it costs one question. */
    public Optional<PersonId> holder(String token) {
        if (!token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        OffsetDateTime now = now();
        byte[] hash = Secret.hash(token);
        Optional<Holder> holder = jdbc.sql("""
                select person, last_used_at is null or last_used_at < :before as due
                  from identity.api_token where secret_hash = :hash and revoked_at is null and expires_at > :now
                """)
                .param("hash", hash)
                .param("now", now)
                .param("before", now.minus(USE_NOTED_EVERY))
                .query((row, number) ->
                        new Holder(new PersonId(row.getObject("person", UUID.class)), row.getBoolean("due")))
                .optional();
        if (holder.filter(Holder::isDue).isPresent()) {
            jdbc.sql("update identity.api_token set last_used_at = :now where secret_hash = :hash")
                    .param("now", now)
                    .param("hash", hash)
                    .update();
        }
        return holder.map(Holder::person);
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
