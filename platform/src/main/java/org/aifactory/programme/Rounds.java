package org.aifactory.programme;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.Fact;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Posting;
import org.aifactory.programme.Money.Funder;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What was decided for cut-offs, and the money that stands behind it: that of the Union and that of the states, each in its account. */
@Component
class Rounds {
    private static final TypeReference<List<Fact>> FACTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Money money;

    Rounds(JdbcClient jdbc, JsonMapper json, Money money) {
        this.jdbc = jdbc;
        this.json = json;
        this.money = money;
    }

    /**
     * A round.
     *
     * @param decision its number in the review; empty for one that was announced elsewhere
     */
    record Round(
            RoundId id,
            String slug,
            CallId call,
            Optional<Instant> cutOff,
            LocalDate announced,
            AccountId union,
            AccountId states,
            OptionalLong decision,
            List<Fact> facts) {}

    /** All, the first first. */
    List<Round> all() {
        return jdbc.sql("select * from programme.round order by announced_on, slug")
                .query((row, number) -> round(row))
                .list();
    }

    List<Round> of(CallId call) {
        return jdbc.sql("select * from programme.round where call = :call order by announced_on, slug")
                .param("call", call.value())
                .query((row, number) -> round(row))
                .list();
    }

    Optional<Round> find(RoundId id) {
        return jdbc.sql("select * from programme.round where id = :id")
                .param("id", id.value())
                .query((row, number) -> round(row))
                .optional();
    }

    Optional<Round> named(String slug) {
        return jdbc.sql("select * from programme.round where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> round(row))
                .optional();
    }

    Round open(
            String slug,
            CallId call,
            @Nullable Instant cutOff,
            LocalDate announced,
            OptionalLong decision,
            List<Fact> facts) {
        jdbc.sql("""
                insert into programme.round (id, slug, call, cut_off, announced_on, union_account, states_account, decision, facts)
                values (:id, :slug, :call, :cutOff, :announced, :union, :states, :decision, :facts::jsonb)
                """)
                .param("id", UUID.randomUUID())
                .param("slug", slug)
                .param("call", call.value())
                .param("cutOff", cutOff == null ? null : cutOff.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("announced", announced)
                .param("union", money.open("Round " + slug + ", the Union").value())
                .param("states", money.open("Round " + slug + ", the states").value())
                .param("decision", decision.isPresent() ? decision.getAsLong() : null, Types.BIGINT)
                .param("facts", json.writeValueAsString(facts))
                .update();
        return named(slug).orElseThrow();
    }

    /** Brings what was announced elsewhere up to date. */
    void change(RoundId round, @Nullable Instant cutOff, LocalDate announced, List<Fact> facts) {
        jdbc.sql("""
                update programme.round set cut_off = :cutOff, announced_on = :announced, facts = :facts::jsonb where id = :id
                """)
                .param("cutOff", cutOff == null ? null : cutOff.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("announced", announced)
                .param("facts", json.writeValueAsString(facts))
                .param("id", round.value())
                .update();
    }

    /** Books what was announced, once; a total that was announced otherwise is taken back first. */
    void book(Round round, long unionCents, long statesCents) {
        List<Posting> postings = new ArrayList<>();
        book(postings, Funder.UNION, round.union(), unionCents, round.slug());
        book(postings, Funder.STATES, round.states(), statesCents, round.slug());
        if (!postings.isEmpty()) {
            money.post(postings);
        }
    }

    /** Whether its money is known: of one that was decided here always, and of others where it was published how much is whose. */
    boolean isBooked(Round round) {
        return round.decision().isPresent()
                || money.balance(round.union()).granted() > 0
                || money.balance(round.states()).granted() > 0;
    }

    private void book(List<Posting> postings, Funder funder, AccountId account, long cents, String slug) {
        if (money.balance(account).granted() != cents) {
            postings.addAll(money.reversals(account, "Announced otherwise: round " + slug));
            if (cents > 0) {
                postings.add(money.from(funder, account, cents, "Announced total of the round " + slug));
            }
        }
    }

    private Round round(ResultSet row) throws SQLException {
        long decision = row.getLong("decision");
        return new Round(
                new RoundId(row.getObject("id", UUID.class)),
                row.getString("slug"),
                new CallId(row.getObject("call", UUID.class)),
                Columns.optionalInstant(row, "cut_off"),
                row.getObject("announced_on", LocalDate.class),
                new AccountId(row.getObject("union_account", UUID.class)),
                new AccountId(row.getObject("states_account", UUID.class)),
                decision == 0 ? OptionalLong.empty() : OptionalLong.of(decision),
                json.readValue(row.getString("facts"), FACTS));
    }
}
