package org.aifactory.ledger;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The book in which money and time on machines move, and the only way to move them.
 *
 * <p>A posting made inside a transaction of the caller belongs to it, so that an allocation and its grant exist together or not at
 * all; post all that belongs together in one call, because accounts are locked in a fixed order within a call only. Outside of a
 * transaction a posting is in the database for good when the method returns.
 *
 * <p>A hold whose time is over counts as expired for everything that touches its account, whether or not the sweep has been there.
 */
@Service
public class Ledger {
    private static final int ATTEMPTS = 5;
    private static final int OVERDUE_AT_ONCE = 500;
    private static final int WRITTEN_AT_ONCE = 1000;

    private final LedgerStore store;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final PostingQueue queue = new PostingQueue(this::commit);

    public Ledger(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        this.store = new LedgerStore(jdbc);
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * Opens an account; the same account again changes nothing.
     *
     * @throws LedgerException when the id belongs to another account
     */
    public void open(Account account) {
        if (!store.open(account, now()) && !store.accounts(Set.of(account.id())).contains(account)) {
            throw new LedgerException(Refusal.CONFLICT, "Another account has the id " + account.id() + ".");
        }
    }

    /**
     * Posts.
     *
     * @throws LedgerException when it is refused
     */
    public Receipt post(Posting posting) {
        return post(List.of(posting)).getFirst();
    }

    /**
     * Posts all or none, one after another: a later posting may rest on an earlier one.
     *
     * @return one receipt for each, in order
     * @throws LedgerException when one is refused, and with it all
     */
    public List<Receipt> post(List<? extends Posting> postings) {
        PostingRequest request = new PostingRequest(List.copyOf(postings));
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            carryOut(List.of(request), Set.of());
        } else {
            queue.carryOut(request);
        }
        return request.result();
    }

    /**
     * The balance of an account.
     *
     * @throws LedgerException when there is no such account
     */
    public Balance balance(AccountId account) {
        Balance balance = balances(Set.of(account)).get(account);
        if (balance == null) {
            throw new LedgerException(Refusal.ACCOUNT_UNKNOWN, "There is no account " + account + ".");
        }
        return balance;
    }

    /** The balances of those of these accounts that exist, all of one moment. */
    public Map<AccountId, Balance> balances(Collection<AccountId> accounts) {
        return store.balances(accounts);
    }

    /**
     * The entries of an account, oldest first.
     *
     * @param after the number of the last line seen; 0 to begin
     * @param most how many lines at most
     */
    public List<StatementLine> statement(AccountId account, long after, int most) {
        return store.statement(account, after, most);
    }

    /**
     * The entries of an account before one, newest first.
     *
     * @param before the number of the earliest line seen; {@link Long#MAX_VALUE} to begin at the end
     * @param most how many lines at most
     */
    public List<StatementLine> statementBefore(AccountId account, long before, int most) {
        return store.statementBefore(account, before, most);
    }

    /** Writes all entries of an account as comma-separated values, oldest first, some at a time. */
    public void writeCsv(AccountId account, Appendable out) throws IOException {
        out.append(EntriesCsv.HEADER);
        long after = 0;
        List<StatementLine> some;
        do {
            some = store.statement(account, after, WRITTEN_AT_ONCE);
            for (StatementLine line : some) {
                EntriesCsv.write(line, out);
                after = line.number();
            }
        } while (some.size() == WRITTEN_AT_ONCE);
    }

    /** What an account was given by its entries from one on, less what it gave by them. */
    public long movedFrom(AccountId account, long number) {
        return store.movedFrom(account, number);
    }

    /** Ends the holds whose time is over; says how many. */
    public int expireOverdue() {
        int expired = 0;
        for (int some = expireSome(); some > 0; some = expireSome()) {
            expired += some;
        }
        return expired;
    }

    private int expireSome() {
        Set<AccountId> accounts = Set.copyOf(store.accountsWithOverdueHolds(now(), OVERDUE_AT_ONCE));
        return accounts.isEmpty() ? 0 : transaction.execute(status -> carryOut(List.of(), accounts));
    }

    /** The accounts whose balance is not the sum of their entries. Reads the whole ledger; there should be none. */
    public List<Discrepancy> audit() {
        return store.discrepancies();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Carries requests out in one transaction; where that fails for one, each in its own, so that it fails alone. */
    private void commit(List<PostingRequest> requests) {
        try {
            commitPatiently(requests);
        } catch (RuntimeException failure) {
            if (requests.size() == 1) {
                requests.getFirst().fail(failure);
            } else {
                requests.forEach(request -> commit(List.of(request)));
            }
        } catch (Error broken) {
            requests.forEach(request -> request.fail(new IllegalStateException("The ledger broke down.", broken)));
            throw broken;
        } finally {
            requests.forEach(PostingRequest::complete);
        }
    }

    /** What another transaction got in the way of is tried again: then what it has written can be seen. */
    private void commitPatiently(List<PostingRequest> requests) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction.executeWithoutResult(status -> carryOut(requests, Set.of()));
                return;
            } catch (ConcurrencyFailureException | DuplicateKeyException disturbed) {
                if (attempt == ATTEMPTS) {
                    throw disturbed;
                }
            }
        }
    }

    /** Locks, reads, posts and writes, in the transaction that is open; says how many entries were written. */
    private int carryOut(List<PostingRequest> requests, Set<AccountId> alsoExpire) {
        List<Posting> postings = requests.stream()
                .flatMap(request -> request.postings().stream())
                .toList();
        Touched touched = new Touched(postings, store::entries);
        Set<AccountId> changed = new HashSet<>(touched.changed());
        changed.addAll(alsoExpire);
        Set<AccountId> named = new HashSet<>(touched.named());
        named.addAll(alsoExpire);

        // Accounts never change; what is asked before the lock keeps nobody waiting.
        List<Account> accounts = store.accounts(named);
        Map<AccountId, Balance> locked = store.lock(changed);
        Instant now = now();
        Book book = new Book(now, accounts, locked);
        LedgerStore.Known known = store.known(touched.ids(), touched.concerned(), changed, now);
        book.remember(touched.originals());
        book.remember(known.entries());
        known.overdue().forEach(book::expire);
        requests.forEach(request -> request.postInto(book));
        store.add(book.added());
        return book.added().size();
    }
}
