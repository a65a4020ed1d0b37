package org.aifactory.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;

/** Random histories, held against {@link PlainLedger}: every answer and every balance is the same. */
class LedgerPropertyTest {

    /** What may happen next; the numbers are read as a choice among what there is. */
    enum Act {
        TRANSFER,
        HOLD,
        SETTLE,
        VOID,
        REVERSE,
        ODD,
        REPEAT,
        CLASH
    }

    record Deed(Act act, int one, int other, long amount, boolean otherUnit) {}

    /** Deeds posted together, some time after those before. */
    record Step(List<Deed> deeds, int minutesBefore, boolean sweep, boolean inTransaction) {}

    @Property(tries = 40)
    void every_history_ends_as_the_plain_ledger_says(@ForAll("histories") List<Step> history) {
        History run = new History();
        history.forEach(run::live);
        run.compareBalances();
        assertThat(run.bank.unbalancedUnits()).isEmpty();
    }

    @Property(tries = 10)
    void a_history_told_again_changes_nothing(@ForAll("histories") List<Step> history) {
        History run = new History();
        history.forEach(run::live);
        run.tellAgain();
        run.compareBalances();
    }

    private static final class History {
        private final Bank bank = new Bank();
        private final PlainLedger plain = new PlainLedger();
        private final List<AccountId> accounts = new ArrayList<>();
        private final List<Posting> accepted = new ArrayList<>();

        History() {
            open("the world", Unit.GPU_SECOND, true);
            for (String name : List.of("pool", "start-up", "used")) {
                open(name, Unit.GPU_SECOND, false);
            }
            open("purse", Unit.EUR_CENT, false);
            for (int account = 1; account <= 3; account++) {
                Posting grant = bank.transfer(accounts.getFirst(), accounts.get(account), 120);
                bank.ledger.post(grant);
                plain.post(List.of(grant), bank.clock.instant());
                accepted.add(grant);
            }
        }

        private void open(String name, Unit unit, boolean mayOverdraw) {
            Account account = new Account(new AccountId(UUID.randomUUID()), unit, name, mayOverdraw);
            bank.ledger.open(account);
            plain.open(account);
            accounts.add(account.id());
        }

        void live(Step step) {
            bank.clock.pass(Duration.ofMinutes(step.minutesBefore()));
            if (step.sweep()) {
                bank.ledger.expireOverdue();
            }
            List<Posting> postings = step.deeds().stream().map(this::posting).toList();
            Optional<Refusal> expected = plain.post(postings, bank.clock.instant());
            Optional<Refusal> answer =
                    step.inTransaction() ? bank.transaction.execute(status -> ask(postings)) : ask(postings);
            assertThat(answer).as("%s", postings).isEqualTo(expected);
            if (expected.isEmpty()) {
                accepted.addAll(postings);
            }
        }

        private Optional<Refusal> ask(List<Posting> postings) {
            try {
                bank.ledger.post(postings);
                return Optional.empty();
            } catch (LedgerException refused) {
                return Optional.of(refused.refusal());
            }
        }

        private Posting posting(Deed deed) {
            int sides = deed.otherUnit() ? accounts.size() : accounts.size() - 1;
            AccountId from = accounts.get(deed.one() % sides);
            AccountId to = accounts.get((deed.one() % sides + 1 + deed.other() % (sides - 1)) % sides);
            Amount amount = new Amount(deed.amount(), deed.otherUnit() ? Unit.EUR_CENT : Unit.GPU_SECOND);
            EntryId id = Bank.newId();
            return switch (deed.act()) {
                case TRANSFER -> new Transfer(id, from, to, amount, "gift");
                case HOLD -> {
                    Duration life = Duration.ofMinutes(deed.other() % 40);
                    yield new Hold(id, from, to, amount, bank.clock.instant().plus(life), "run");
                }
                case SETTLE -> new Settlement(id, earlier(Hold.class, deed), amount, "run ended");
                case VOID -> new Voiding(id, earlier(Hold.class, deed), "run never began");
                case REVERSE ->
                    new Reversal(
                            id,
                            earlier(deed.other() % 2 == 0 ? Transfer.class : Settlement.class, deed),
                            amount,
                            "given back");
                case ODD -> new Reversal(id, earlier(Posting.class, deed), amount, "what may not be reversible");
                case REPEAT -> accepted.get(deed.one() % accepted.size());
                case CLASH -> new Transfer(earlier(Posting.class, deed), from, to, amount, "an id used twice");
            };
        }

        /** One of the last entries of a kind, or one that never was. */
        private EntryId earlier(Class<? extends Posting> kind, Deed deed) {
            List<Posting> some = accepted.stream().filter(kind::isInstance).toList();
            return some.isEmpty()
                    ? Bank.newId()
                    : some.get(some.size() - 1 - deed.one() % Math.min(4, some.size()))
                            .id();
        }

        void tellAgain() {
            bank.clock.pass(Duration.ofDays(1));
            assertThat(accepted).allMatch(posting -> bank.ledger.post(posting).existed());
        }

        void compareBalances() {
            bank.ledger.expireOverdue();
            plain.expire(bank.clock.instant());
            for (AccountId account : accounts) {
                assertThat(bank.ledger.balance(account)).isEqualTo(plain.balance(account));
            }
            assertThat(bank.ledger.audit()).isEmpty();
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Act> acts = Arbitraries.frequency(
                Tuple.of(6, Act.TRANSFER),
                Tuple.of(8, Act.HOLD),
                Tuple.of(6, Act.SETTLE),
                Tuple.of(2, Act.VOID),
                Tuple.of(4, Act.REVERSE),
                Tuple.of(1, Act.ODD),
                Tuple.of(1, Act.REPEAT),
                Tuple.of(1, Act.CLASH));
        Arbitrary<Integer> choices = Arbitraries.integers().between(0, 999).withoutEdgeCases();
        Arbitrary<Deed> deeds = Combinators.combine(
                        acts,
                        choices,
                        choices,
                        Arbitraries.longs().between(1, 90).withoutEdgeCases(),
                        choices.map(number -> number % 25 == 0))
                .as(Deed::new);
        Arbitrary<Step> steps = Combinators.combine(
                        deeds.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.of(0, 0, 0, 5, 20),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false, false))
                .as(Step::new);
        return steps.list().ofMinSize(5).ofMaxSize(40);
    }
}
