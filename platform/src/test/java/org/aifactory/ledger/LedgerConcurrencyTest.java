package org.aifactory.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.ledger.Posting.Hold;
import org.junit.jupiter.api.Test;

/** Many at once: what holds for one after another holds for all together. */
class LedgerConcurrencyTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Bank bank = new Bank();
    private final Ledger ledger = bank.ledger;

    @Test
    void a_thousand_submissions_at_once_spend_exactly_what_there_is() throws Exception {
        AccountId startUp = bank.granted("start-up", 5_000);
        AccountId used = bank.account("used", Unit.GPU_SECOND);
        List<Callable<Boolean>> submissions = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            Hold run = bank.hold(startUp, used, 7, HOUR);
            boolean withCallersOwnTransaction = number % 10 == 0;
            submissions.add(() ->
                    withCallersOwnTransaction ? bank.transaction.execute(status -> isAccepted(run)) : isAccepted(run));
        }
        assertThat(atOnce(submissions).stream().filter(accepted -> accepted)).hasSize(5_000 / 7);
        assertThat(bank.balance(startUp)).isEqualTo("granted 5000, held 4998, spent 0, free 2");
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void one_posting_sent_many_times_at_once_is_posted_once() throws Exception {
        AccountId startUp = bank.granted("start-up", 1_000);
        AccountId used = bank.account("used", Unit.GPU_SECOND);
        List<Posting> postings = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            Hold run = bank.hold(startUp, used, 10, HOUR);
            postings.add(run);
            postings.add(bank.transfer(startUp, used, 5));
        }
        List<Callable<Stream<Receipt>>> senders = IntStream.range(0, 16)
                .mapToObj(seed -> {
                    List<Posting> order = new ArrayList<>(postings);
                    Collections.shuffle(order, new Random(seed));
                    return (Callable<Stream<Receipt>>) () -> order.stream().map(ledger::post).toList().stream();
                })
                .toList();
        List<Receipt> receipts = atOnce(senders).stream().flatMap(sent -> sent).toList();
        assertThat(receipts.stream().filter(receipt -> !receipt.existed()).map(Receipt::id))
                .hasSize(postings.size())
                .doesNotHaveDuplicates();
        assertThat(bank.balance(startUp)).isEqualTo("granted 1000, held 200, spent 100, free 700");
    }

    @Test
    void one_id_for_two_things_at_once_becomes_one_of_them() throws Exception {
        for (int round = 0; round < 20; round++) {
            AccountId here = bank.granted("here", 100);
            AccountId there = bank.granted("there", 100);
            AccountId used = bank.account("used", Unit.GPU_SECOND);
            EntryId id = Bank.newId();
            Posting one = new Posting.Transfer(id, here, used, Bank.gpuSeconds(1), "one");
            Posting other = new Posting.Hold(
                    id, there, used, Bank.gpuSeconds(1), bank.clock.instant().plus(HOUR), "other");
            // Two ledgers, as two instances of the platform on one database.
            Ledger second = new Bank().ledger;
            List<Boolean> accepted = atOnce(List.of(() -> isAccepted(ledger, one), () -> isAccepted(second, other)));
            assertThat(accepted).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void money_sent_round_in_circles_by_everyone_is_neither_lost_nor_made() throws Exception {
        List<AccountId> accounts = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            accounts.add(bank.granted("account " + number, 500));
        }
        Ledger second = new Bank().ledger;
        List<Callable<Boolean>> senders = new ArrayList<>();
        for (int seed = 0; seed < 24; seed++) {
            Random random = new Random(seed);
            Ledger mine = seed % 2 == 0 ? ledger : second;
            senders.add(() -> {
                for (int round = 0; round < 20; round++) {
                    sendRound(mine, accounts, random);
                }
                return true;
            });
        }
        assertThat(atOnce(senders)).doesNotContain(false);

        bank.clock.pass(HOUR);
        ledger.expireOverdue();
        List<Balance> balances = List.copyOf(ledger.balances(accounts).values());
        assertThat(balances).allMatch(balance -> balance.free() >= 0 && balance.held() == 0);
        assertThat(balances.stream().mapToLong(Balance::free).sum()).isEqualTo(6 * 500);
        assertThat(ledger.audit()).isEmpty();
        assertThat(bank.unbalancedUnits()).isEmpty();
    }

    /** Two transfers against each other's order, then a hold that is settled in part, if there is enough. */
    private void sendRound(Ledger mine, List<AccountId> accounts, Random random) {
        List<AccountId> order = new ArrayList<>(accounts);
        Collections.shuffle(order, random);
        Hold hold = bank.hold(order.get(2), order.get(3), 1 + random.nextInt(90), HOUR);
        List<Posting> together = List.of(
                bank.transfer(order.get(0), order.get(1), 1 + random.nextInt(90)),
                bank.transfer(order.get(1), order.get(0), 1 + random.nextInt(90)),
                hold);
        try {
            if (random.nextBoolean()) {
                mine.post(together);
            } else {
                bank.transaction.executeWithoutResult(status -> mine.post(together));
            }
            mine.post(bank.settle(hold, random.nextLong(hold.amount().value() + 1)));
        } catch (LedgerException refused) {
            assertThat(refused.refusal()).isEqualTo(Refusal.NOT_ENOUGH);
        }
    }

    private boolean isAccepted(Posting posting) {
        return isAccepted(ledger, posting);
    }

    private static boolean isAccepted(Ledger ledger, Posting posting) {
        try {
            ledger.post(posting);
            return true;
        } catch (LedgerException refused) {
            assertThat(refused.refusal()).isIn(Refusal.NOT_ENOUGH, Refusal.CONFLICT);
            return false;
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> deeds) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(deeds)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
