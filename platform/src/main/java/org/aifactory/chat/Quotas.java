package org.aifactory.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What keys may still ask, and what was asked. Before a question goes to its model, the most that it can take is reserved from its key's
 * day; when it has been answered, what it took is written down instead. So a key's limit holds whatever number of questions come at once.
 */
@Component
class Quotas {
    /** A reservation that nobody renews belongs to a platform that is gone. */
    static final Duration RESERVED = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Quotas(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** What a question may take. */
    record Reservation(UUID id, LocalDate day, long tokens) {}

    /** What was asked and answered on a day. */
    record Use(
            String holder,
            OrganisationId organisation,
            LocalDate day,
            ModelId model,
            long requests,
            long promptTokens,
            long completionTokens) {}

    /** Counts a request of a key against its minute. */
    @Transactional
    public void countRequest(ChatKey key) {
        if (key.requestsPerMinute().isEmpty()) {
            return;
        }
        int limit = key.requestsPerMinute().getAsInt();
        Instant now = clock.instant();
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        int counted = jdbc.sql("""
                insert into chat.key_minute (key, minute, requests) values (:key, :minute, 1)
                on conflict (key, minute) do update set requests = key_minute.requests + 1 where key_minute.requests < :limit
                """)
                .param("key", key.id())
                .param("minute", minute.atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .update();
        if (counted == 0) {
            long left =
                    Duration.between(now, minute.plus(1, ChronoUnit.MINUTES)).toSeconds() + 1;
            throw OpenAiException.tooFast(limit, left);
        }
    }

    /**
     * Takes what a question may need from its key's day, where there is one, until it is settled.
     *
     * @param least without which it cannot be answered at all
     * @param wanted what it takes at most; where less is left and {@code fixed} is not set, it gets what is left
     */
    @Transactional
    public Reservation reserve(Caller caller, long least, long wanted, boolean fixed) {
        Instant now = clock.instant();
        LocalDate day = now.atOffset(ZoneOffset.UTC).toLocalDate();
        UUID id = UUID.randomUUID();
        if (!(caller instanceof Caller.Program(ChatKey key))
                || key.tokensPerDay().isEmpty()) {
            return new Reservation(id, day, wanted);
        }
        long limit = key.tokensPerDay().getAsLong();
        long left = limit - lockDay(key.id(), day) - reserved(key.id(), day, now);
        if (left < least || (fixed && left < wanted)) {
            throw OpenAiException.spent(limit, Math.max(0, left), fixed ? wanted : least);
        }
        long tokens = Math.min(left, wanted);
        jdbc.sql("""
                insert into chat.reservation (id, key, day, tokens, expires_at) values (:id, :key, :day, :tokens, :expires)
                """)
                .param("id", id)
                .param("key", key.id())
                .param("day", day)
                .param("tokens", tokens)
                .param("expires", now.plus(RESERVED).atOffset(ZoneOffset.UTC))
                .update();
        return new Reservation(id, day, tokens);
    }

    private long lockDay(UUID key, LocalDate day) {
        jdbc.sql("insert into chat.key_day (key, day, tokens) values (:key, :day, 0) on conflict do nothing")
                .param("key", key)
                .param("day", day)
                .update();
        return jdbc.sql("select tokens from chat.key_day where key = :key and day = :day for update")
                .param("key", key)
                .param("day", day)
                .query(Long.class)
                .single();
    }

    private long reserved(UUID key, LocalDate day, Instant now) {
        return jdbc.sql("""
                select coalesce(sum(tokens), 0)::bigint from chat.reservation
                 where key = :key and day = :day and expires_at > :now
                """)
                .param("key", key)
                .param("day", day)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    /** Tells that a question is still being answered. */
    void renew(Reservation reservation) {
        jdbc.sql("update chat.reservation set expires_at = :expires where id = :id")
                .param("expires", clock.instant().plus(RESERVED).atOffset(ZoneOffset.UTC))
                .param("id", reservation.id())
                .update();
    }

    /** Writes down what a question took, and gives the rest of what was reserved for it back. */
    @Transactional
    public void settle(
            Caller caller,
            OrganisationId organisation,
            ModelId model,
            Reservation reservation,
            long promptTokens,
            long completionTokens) {
        jdbc.sql("""
                insert into chat.usage (holder, organisation, day, model, requests, prompt_tokens, completion_tokens)
                values (:holder, :organisation, :day, :model, 1, :prompt, :completion)
                on conflict (holder, organisation, day, model) do update
                   set requests = usage.requests + 1,
                       prompt_tokens = usage.prompt_tokens + excluded.prompt_tokens,
                       completion_tokens = usage.completion_tokens + excluded.completion_tokens
                """)
                .param("holder", caller.holder())
                .param("organisation", organisation.value())
                .param("day", reservation.day())
                .param("model", model.value())
                .param("prompt", promptTokens)
                .param("completion", completionTokens)
                .update();
        if (caller instanceof Caller.Program(ChatKey key) && key.tokensPerDay().isPresent()) {
            lockDay(key.id(), reservation.day());
            jdbc.sql("update chat.key_day set tokens = tokens + :tokens where key = :key and day = :day")
                    .param("tokens", promptTokens + completionTokens)
                    .param("key", key.id())
                    .param("day", reservation.day())
                    .update();
            release(reservation);
        }
    }

    /** Gives back what a question that was not asked had reserved. */
    void release(Reservation reservation) {
        jdbc.sql("delete from chat.reservation where id = :id")
                .param("id", reservation.id())
                .update();
    }

    /** Of an organisation's keys and members, the latest day first. */
    List<Use> of(Collection<OrganisationId> organisations, LocalDate from) {
        return jdbc.sql("""
                select * from chat.usage where organisation = any(:organisations) and day >= :from
                 order by day desc, organisation, holder, model
                """)
                .param(
                        "organisations",
                        new SqlArrayValue(
                                "uuid",
                                organisations.stream()
                                        .map(OrganisationId::value)
                                        .toArray()))
                .param("from", from)
                .query((row, number) -> new Use(
                        row.getString("holder"),
                        new OrganisationId(row.getObject("organisation", UUID.class)),
                        row.getObject("day", LocalDate.class),
                        new ModelId(row.getObject("model", UUID.class)),
                        row.getLong("requests"),
                        row.getLong("prompt_tokens"),
                        row.getLong("completion_tokens")))
                .list();
    }

    @Scheduled(fixedDelayString = "${aifactory.chat.sweep-interval}")
    void sweep() {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        jdbc.sql("delete from chat.reservation where expires_at < :now")
                .param("now", now)
                .update();
        jdbc.sql("delete from chat.key_minute where minute < :before")
                .param("before", now.minusMinutes(2))
                .update();
        jdbc.sql("delete from chat.key_day where day < :before")
                .param("before", now.toLocalDate().minusDays(2))
                .update();
    }
}
