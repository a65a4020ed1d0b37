package org.aifactory.programme;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.programme.Rounds.Round;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The programme in six numbers, worked out of what was selected and what was booked. */
@Component
class Summary {
    private final JdbcClient jdbc;
    private final Rounds rounds;
    private final Calls calls;
    private final Countries countries;
    private final Money money;

    Summary(JdbcClient jdbc, Rounds rounds, Calls calls, Countries countries, Money money) {
        this.jdbc = jdbc;
        this.rounds = rounds;
        this.calls = calls;
        this.countries = countries;
        this.money = money;
    }

    /**
     * The numbers of some rounds.
     *
     * @param factories that were selected
     * @param countries that stand behind them, and {@code memberStates} those of them that are of the European Union
     */
    record Numbers(
            int factories,
            int countries,
            int memberStates,
            BigDecimal totalEur,
            BigDecimal unionEur,
            BigDecimal statesEur) {}

    /**
     * Those of all rounds, and of each.
     *
     * @param withoutMoney rounds of which it was not published how much is whose; they are in none of the sums of money
     */
    record Programme(
            int factories,
            int countries,
            int memberStates,
            BigDecimal totalEur,
            BigDecimal unionEur,
            BigDecimal statesEur,
            List<RoundNumbers> rounds,
            List<String> withoutMoney) {}

    record RoundNumbers(String round, Numbers numbers) {}

    /** A country that stands behind something that was selected. */
    private record Behind(String round, String proposal, Optional<String> country) {}

    Programme programme() {
        List<Behind> behind = jdbc.sql("""
                select round.slug, proposal.id::text as proposal, participation.country
                  from programme.proposal
                  join programme.round on round.id = proposal.round
                  left join programme.participation on participation.proposal = proposal.id
                 where proposal.state = 'SELECTED'
                """)
                .query((row, number) -> new Behind(
                        row.getString("slug"),
                        row.getString("proposal"),
                        Optional.ofNullable(row.getString("country"))))
                .list();
        List<Round> factoryRounds = rounds.all().stream()
                .filter(round -> calls.require(round.call()).kind() == CallKind.FACTORY)
                .toList();
        List<RoundNumbers> each = new ArrayList<>();
        factoryRounds.forEach(round -> each.add(new RoundNumbers(round.slug(), numbers(List.of(round), behind))));
        Numbers all = numbers(factoryRounds, behind);
        return new Programme(
                all.factories(),
                all.countries(),
                all.memberStates(),
                all.totalEur(),
                all.unionEur(),
                all.statesEur(),
                each,
                factoryRounds.stream()
                        .filter(round -> !rounds.isBooked(round))
                        .map(Round::slug)
                        .toList());
    }

    private Numbers numbers(List<Round> some, List<Behind> behind) {
        Set<String> slugs = new HashSet<>(some.stream().map(Round::slug).toList());
        Set<String> selected = new HashSet<>();
        Set<String> participants = new HashSet<>();
        behind.stream().filter(one -> slugs.contains(one.round())).forEach(one -> {
            selected.add(one.proposal());
            one.country().ifPresent(participants::add);
        });
        long union = 0;
        long states = 0;
        for (Round round : some) {
            union = Math.addExact(union, money.balance(round.union()).granted());
            states = Math.addExact(states, money.balance(round.states()).granted());
        }
        Set<String> members = new HashSet<>(participants);
        members.retainAll(countries.in(Countries.EUROPEAN_UNION));
        return new Numbers(
                selected.size(),
                participants.size(),
                members.size(),
                euros(Math.addExact(union, states)),
                euros(union),
                euros(states));
    }

    /** Whole euros without decimals. */
    static BigDecimal euros(long cents) {
        return cents % 100 == 0 ? BigDecimal.valueOf(cents / 100) : BigDecimal.valueOf(cents, 2);
    }
}
