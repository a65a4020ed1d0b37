package org.aifactory;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Unit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Posts at random into the ledger of a platform that runs, and remembers what it was told is there for good. */
public final class Bookkeeper {
    private static final int ACCOUNTS = 8;

    private final JdbcClient sql;
    private final Ledger ledger;
    private final RandomGenerator random;
    private final List<AccountId> accounts = new ArrayList<>();
    private final Queue<EntryId> acknowledged = new ConcurrentLinkedQueue<>();

    public Bookkeeper(DataSource database, RandomGenerator random) {
        this.sql = JdbcClient.create(database);
        this.ledger = new Ledger(sql, new DataSourceTransactionManager(database), InstantSource.system());
        this.random = random;
    }

    /** Opens accounts and fills them. */
    public Bookkeeper begin() {
        AccountId world = new AccountId(UUID.randomUUID());
        ledger.open(new Account(world, Unit.GPU_SECOND, "the world", true));
        for (int i = 0; i < ACCOUNTS; i++) {
            AccountId account = new AccountId(UUID.randomUUID());
            ledger.open(new Account(account, Unit.GPU_SECOND, "account " + i, false));
            accounts.add(account);
            post(List.of(new Transfer(id(), world, account, amount(1_000_000), "grant")));
        }
        return this;
    }

    /** One random piece of work; failures of the database are the caller's. */
    public void work() {
        AccountId from = accounts.get(random.nextInt(ACCOUNTS));
        AccountId to = accounts.stream()
                .skip(random.nextInt(1, ACCOUNTS))
                .filter(account -> !account.equals(from))
                .findFirst()
                .orElseThrow();
        Hold hold = new Hold(
                id(), from, to, amount(1 + random.nextInt(50)), Instant.now().plus(1, ChronoUnit.HOURS), "run");
        try {
            if (random.nextBoolean()) {
                post(List.of(new Transfer(id(), from, to, amount(1 + random.nextInt(50)), "gift")));
            } else {
                post(List.of(hold));
                post(List.of(new Settlement(id(), hold.id(), amount(0), "run ended")));
            }
        } catch (LedgerException empty) {
            return;
        }
    }

    private void post(List<Posting> postings) {
        ledger.post(postings).forEach(receipt -> acknowledged.add(receipt.id()));
    }

    public List<EntryId> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** What is wrong in a ledger in which these entries are to be, in sentences. */
    public static List<String> faults(DataSource database, List<EntryId> expected) {
        JdbcClient sql = JdbcClient.create(database);
        List<String> faults = new ArrayList<>();
        new Ledger(sql, new DataSourceTransactionManager(database), InstantSource.system())
                .audit()
                .forEach(wrong -> faults.add("An account is not the sum of its entries: " + wrong));
        faults.addAll(sql.sql("""
                select unit from ledger.balance join ledger.account on account.id = balance.account
                 group by unit having sum(granted - spent) <> 0
                """)
                .query((row, number) -> row.getString(1) + " were made of nothing.")
                .list());
        if (!expected.isEmpty()) {
            faults.addAll(sql.sql(
                            "select id from unnest(:ids::uuid[]) as id where id not in (select id from ledger.entry)")
                    .params(Map.of(
                            "ids",
                            expected.stream()
                                    .map(entry -> entry.value().toString())
                                    .toArray(String[]::new)))
                    .query((row, number) -> "The entry " + row.getString(1) + " was acknowledged and is gone.")
                    .list());
        }
        return faults;
    }

    private static EntryId id() {
        return new EntryId(UUID.randomUUID());
    }

    private static Amount amount(long value) {
        return new Amount(value, Unit.GPU_SECOND);
    }
}
