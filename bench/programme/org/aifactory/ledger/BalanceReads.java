package org.aifactory.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Reads balances of a ledger with many entries: {@code BalanceReads ADDRESS ENTRIES ACCOUNTS READS}, the database's password in PGPASSWORD. Prints
 * {@code entries}, and {@code median} and {@code slow}, which one of a hundred passes, in milliseconds.
 */
public final class BalanceReads {
    private static final int AT_ONCE = 500_000;

    private BalanceReads() {}

    public static void main(String[] words) {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(words[0]);
            database.setUsername("aifactory");
            database.setPassword(System.getenv("PGPASSWORD"));
            JdbcClient jdbc = JdbcClient.create(database);
            Ledger ledger = new Ledger(jdbc, new JdbcTransactionManager(database), InstantSource.system());
            List<AccountId> accounts = accounts(ledger, Integer.parseInt(words[2]));
            fill(jdbc, accounts, Integer.parseInt(words[1]));
            System.out.println("entries: "
                    + jdbc.sql("select count(*) from ledger.entry").query(Long.class).single());
            measure(ledger, accounts, Integer.parseInt(words[3]));
        }
    }

    /** The first may be overdrawn. */
    private static List<AccountId> accounts(Ledger ledger, int number) {
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 0; i <= number; i++) {
            AccountId id = new AccountId(UUID.randomUUID());
            ledger.open(new Account(id, Unit.EUR_CENT, "measured", i == 0));
            accounts.add(id);
        }
        return accounts;
    }

    /** By the triggers that keep the balances, which is what makes them right. */
    private static void fill(JdbcClient jdbc, List<AccountId> accounts, int entries) {
        jdbc.sql("create table measured_account (number int primary key, id uuid not null)").update();
        for (int i = 1; i < accounts.size(); i++) {
            jdbc.sql("insert into measured_account values (:number, :id)")
                    .param("number", i - 1)
                    .param("id", accounts.get(i).value())
                    .update();
        }
        for (int done = 0; done < entries; done += AT_ONCE) {
            jdbc.sql("""
                    insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, reason, at)
                    select gen_random_uuid(), 'TRANSFER', 'EUR_CENT', :from, measured_account.id, 1 + series.number % 1000, 0, 'measured', now()
                      from generate_series(1, :some) as series (number)
                      join measured_account on measured_account.number = series.number % :accounts
                    """)
                    .param("from", accounts.getFirst().value())
                    .param("some", Math.min(AT_ONCE, entries - done))
                    .param("accounts", accounts.size() - 1)
                    .update();
        }
        jdbc.sql("analyze ledger.entry").update();
        jdbc.sql("analyze ledger.balance").update();
    }

    private static void measure(Ledger ledger, List<AccountId> accounts, int reads) {
        Random random = new Random(1);
        double[] milliseconds = new double[reads];
        for (int read = -reads; read < reads; read++) {
            AccountId account = accounts.get(1 + random.nextInt(accounts.size() - 1));
            long begin = System.nanoTime();
            Balance balance = ledger.balance(account);
            long took = System.nanoTime() - begin;
            if (balance.granted() <= 0) {
                throw new IllegalStateException("The account " + account + " has nothing.");
            }
            if (read >= 0) {
                milliseconds[read] = took / 1e6;
            }
        }
        Arrays.sort(milliseconds);
        System.out.println("median: " + milliseconds[reads / 2]);
        System.out.println("slow: " + milliseconds[reads * 99 / 100]);
    }
}
