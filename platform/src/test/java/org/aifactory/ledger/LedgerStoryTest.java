package org.aifactory.ledger;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import java.util.UUID;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Transfer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A factory's pool, a start-up's allocation, its runs; told in GPU-seconds. */
class LedgerStoryTest {
    private final Bank bank = new Bank();
    private final Ledger ledger = bank.ledger;
    private final AccountId pool = bank.granted("pool of the factory", 100_000);
    private final AccountId startUp = bank.account("allocation of the start-up", Unit.GPU_SECOND);
    private final AccountId used = bank.account("used at the factory", Unit.GPU_SECOND);
    private final Transfer grant = bank.transfer(pool, startUp, 10_000);

    @Test
    void a_run_is_held_before_it_starts_and_charged_to_the_second_when_it_ends() {
        ledger.post(grant);
        assertThat(bank.balance(pool)).isEqualTo("granted 100000, held 0, spent 10000, free 90000");

        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        ledger.post(run);
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 7200, spent 0, free 2800");

        bank.clock.pass(ofHours(1));
        ledger.post(bank.settle(run, 3_601));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 3601, free 6399");
        assertThat(bank.balance(used)).isEqualTo("granted 3601, held 0, spent 0, free 3601");
    }

    @Test
    void what_is_held_for_one_run_cannot_start_another() {
        ledger.post(grant);
        ledger.post(bank.hold(startUp, used, 9_000, ofHours(3)));

        assertRefused(() -> ledger.post(bank.hold(startUp, used, 1_001, ofHours(3))), Refusal.NOT_ENOUGH)
                .hasMessage("allocation of the start-up has 1,000 GPU-seconds free; 1,001 GPU-seconds were asked.");
        ledger.post(bank.hold(startUp, used, 1_000, ofHours(3)));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 10000, spent 0, free 0");
    }

    @Test
    void a_run_that_never_started_costs_nothing() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        ledger.post(run);
        ledger.post(bank.voiding(run));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");

        assertRefused(() -> ledger.post(bank.settle(run, 1)), Refusal.HOLD_VOIDED);
    }

    @Test
    void a_run_that_the_machine_broke_is_settled_with_nothing() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        ledger.post(run);
        ledger.post(bank.settle(run, 0));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");
        assertRefused(() -> ledger.post(bank.settle(run, 5)), Refusal.HOLD_SETTLED);
    }

    @Test
    void no_run_is_charged_more_than_was_held_for_it() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 100, ofHours(3));
        ledger.post(run);
        assertRefused(() -> ledger.post(bank.settle(run, 101)), Refusal.ABOVE_ORIGINAL);
        ledger.post(bank.settle(run, 100));
    }

    @Test
    void a_hold_that_everyone_forgot_is_free_again_when_its_time_is_over() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 10_000, ofHours(3));
        ledger.post(run);

        bank.clock.pass(ofHours(3).minusNanos(1_000));
        ledger.expireOverdue();
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 10000, spent 0, free 0");

        bank.clock.pass(ofMinutes(1));
        ledger.expireOverdue();
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");
        assertRefused(() -> ledger.post(bank.settle(run, 60)), Refusal.HOLD_EXPIRED);
        assertThat(ledger.statement(startUp, 0, 10))
                .extracting(line -> line.entry().kind())
                .containsExactly(Entry.Kind.TRANSFER, Entry.Kind.HOLD, Entry.Kind.EXPIRY);
    }

    @Test
    void a_hold_expires_on_time_even_where_no_sweep_has_been() {
        ledger.post(grant);
        Hold first = bank.hold(startUp, used, 10_000, ofHours(1));
        ledger.post(first);
        bank.clock.pass(ofHours(1));

        ledger.post(bank.hold(startUp, used, 10_000, ofHours(1)));
        assertRefused(() -> ledger.post(bank.settle(first, 60)), Refusal.HOLD_EXPIRED);
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 10000, spent 0, free 0");
    }

    @Test
    void what_a_start_up_does_not_need_goes_back_to_the_pool_as_if_never_granted() {
        ledger.post(grant);
        ledger.post(bank.transfer(startUp, used, 2_500));
        assertRefused(() -> ledger.post(bank.reverse(grant, 7_501)), Refusal.NOT_ENOUGH);

        ledger.post(bank.reverse(grant, 7_500));
        assertThat(bank.balance(startUp)).isEqualTo("granted 2500, held 0, spent 2500, free 0");
        assertThat(bank.balance(pool)).isEqualTo("granted 100000, held 0, spent 2500, free 97500");
    }

    @Test
    void a_charge_that_was_wrong_is_corrected_by_a_second_entry_and_never_beyond_itself() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        Posting charge = bank.settle(run, 7_000);
        ledger.post(List.of(run, charge));

        ledger.post(bank.reverse(charge, 6_000));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 1000, free 9000");
        assertRefused(() -> ledger.post(bank.reverse(charge, 1_001)), Refusal.ABOVE_ORIGINAL);
        assertRefused(() -> ledger.post(bank.reverse(run, 1)), Refusal.ENTRY_UNKNOWN);
        ledger.post(bank.reverse(charge, 1_000));
        assertThat(bank.balance(used)).isEqualTo("granted 0, held 0, spent 0, free 0");
    }

    @Test
    void money_and_time_change_hands_together_or_not_at_all() {
        ledger.post(grant);
        AccountId purse = bank.account("purse of the start-up", Unit.EUR_CENT);
        AccountId income = bank.account("income of the operator", Unit.EUR_CENT);
        ledger.post(euros(bank.world(Unit.EUR_CENT), purse, 5_000));
        Transfer time = bank.transfer(pool, startUp, 3_600);

        assertRefused(() -> ledger.post(List.of(time, euros(purse, income, 5_001))), Refusal.NOT_ENOUGH);
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");

        ledger.post(List.of(time, euros(purse, income, 5_000)));
        assertThat(bank.balance(startUp)).isEqualTo("granted 13600, held 0, spent 0, free 13600");
        assertThat(bank.balance(income)).isEqualTo("granted 5000, held 0, spent 0, free 5000");
    }

    @Test
    void what_is_posted_together_may_rest_on_what_comes_before_it() {
        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        Posting charge = bank.settle(run, 7_000);
        Hold never = bank.hold(startUp, used, 100, ofHours(3));
        ledger.post(List.of(
                grant, run, charge, bank.reverse(charge, 500), never, bank.voiding(never), bank.reverse(grant, 1_000)));
        assertThat(bank.balance(startUp)).isEqualTo("granted 9000, held 0, spent 6500, free 2500");
    }

    @Test
    void an_answer_that_was_lost_is_asked_for_again_and_nothing_happens_twice() {
        ledger.post(grant);
        Hold run = bank.hold(startUp, used, 7_200, ofHours(3));
        Posting charge = bank.settle(run, 3_600);
        Receipt first = ledger.post(run);
        ledger.post(charge);
        bank.clock.pass(ofHours(30));

        assertThat(first.existed()).isFalse();
        assertThat(ledger.post(run)).isEqualTo(new Receipt(run.id(), first.at(), true));
        assertThat(ledger.post(List.of(grant, run, charge))).allMatch(Receipt::existed);
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 3600, free 6400");
    }

    @Test
    void an_id_used_again_for_something_else_is_refused() {
        ledger.post(grant);
        Transfer other = new Transfer(grant.id(), pool, startUp, Bank.gpuSeconds(10_001), grant.reason());
        assertRefused(() -> ledger.post(other), Refusal.CONFLICT);
        Hold elsewhere = new Hold(
                grant.id(), startUp, used, grant.amount(), bank.clock.instant().plusSeconds(60), grant.reason());
        assertRefused(() -> ledger.post(elsewhere), Refusal.CONFLICT);
        assertRefused(() -> ledger.open(new Account(pool, Unit.EUR_CENT, "not a pool", true)), Refusal.CONFLICT);
    }

    @Test
    void what_makes_no_sense_is_refused_by_its_name() {
        AccountId nowhere = new AccountId(UUID.randomUUID());
        Hold never = bank.hold(startUp, used, 1, ofHours(1));
        assertRefused(() -> ledger.post(bank.transfer(pool, nowhere, 1)), Refusal.ACCOUNT_UNKNOWN);
        assertRefused(() -> ledger.post(bank.transfer(nowhere, pool, 1)), Refusal.ACCOUNT_UNKNOWN);
        assertRefused(() -> ledger.post(bank.hold(pool, nowhere, 1, ofHours(1))), Refusal.ACCOUNT_UNKNOWN);
        assertRefused(() -> ledger.balance(nowhere), Refusal.ACCOUNT_UNKNOWN);
        assertRefused(() -> ledger.post(bank.settle(never, 1)), Refusal.ENTRY_UNKNOWN);
        assertRefused(() -> ledger.post(bank.voiding(never)), Refusal.ENTRY_UNKNOWN);
        assertRefused(() -> ledger.post(bank.reverse(never, 1)), Refusal.ENTRY_UNKNOWN);
        assertRefused(() -> ledger.post(euros(pool, startUp, 1)), Refusal.UNIT_DIFFERS);
        assertRefused(() -> ledger.post(bank.hold(pool, used, 1, ofHours(0))), Refusal.EXPIRY_PAST);
        AccountId world = bank.world(Unit.GPU_SECOND);
        assertRefused(() -> ledger.post(bank.transfer(world, pool, Amount.MOST)), Refusal.TOO_LARGE);
    }

    @Test
    void an_allocation_and_its_grant_exist_together_or_not_at_all() {
        bank.transaction.executeWithoutResult(status -> {
            ledger.post(grant);
            assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");
            status.setRollbackOnly();
        });
        assertThat(bank.balance(startUp)).isEqualTo("granted 0, held 0, spent 0, free 0");

        bank.transaction.executeWithoutResult(status -> ledger.post(grant));
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 0, free 10000");
    }

    @Test
    void a_refusal_inside_a_transaction_leaves_the_rest_of_it_to_the_caller() {
        bank.transaction.executeWithoutResult(status -> {
            ledger.post(grant);
            assertRefused(() -> ledger.post(bank.transfer(startUp, used, 10_001)), Refusal.NOT_ENOUGH);
            ledger.post(bank.transfer(startUp, used, 10_000));
        });
        assertThat(bank.balance(startUp)).isEqualTo("granted 10000, held 0, spent 10000, free 0");
    }

    @Test
    void a_statement_is_read_page_by_page_and_adds_up_to_the_balance() {
        ledger.post(grant);
        for (int run = 0; run < 7; run++) {
            ledger.post(bank.transfer(startUp, used, 100 + run));
        }
        List<StatementLine> first = ledger.statement(startUp, 0, 5);
        List<StatementLine> rest = ledger.statement(startUp, first.getLast().number(), 5);
        assertThat(first).hasSize(5);
        assertThat(rest).hasSize(3);
        long given =
                first.stream().skip(1).mapToLong(line -> line.entry().moved()).sum()
                        + rest.stream().mapToLong(line -> line.entry().moved()).sum();
        assertThat(given).isEqualTo(ledger.balance(startUp).spent());
    }

    private Transfer euros(AccountId from, AccountId to, long cents) {
        return new Transfer(Bank.newId(), from, to, new Amount(cents, Unit.EUR_CENT), "payment");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable posting, Refusal refusal) {
        return assertThatThrownBy(posting)
                .satisfies(thrown -> assertThat(thrown)
                        .asInstanceOf(type(LedgerException.class))
                        .extracting(LedgerException::refusal)
                        .isEqualTo(refusal));
    }
}
