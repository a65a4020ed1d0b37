package org.aifactory.ledger;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.aifactory.database.TestDatabase;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A ledger in a real database with a fake clock, and the few words that the stories are told in. */
final class Bank {
    private static final DataSource DATABASE = TestDatabase.migrated("ledger");

    final FakeClock clock = new FakeClock();
    final JdbcClient sql = JdbcClient.create(DATABASE);
    final TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(DATABASE));
    final Ledger ledger = new Ledger(sql, new DataSourceTransactionManager(DATABASE), clock);

    /** An account that stands for the world outside. */
    AccountId world(Unit unit) {
        return open("the world", unit, true);
    }

    AccountId account(String name, Unit unit) {
        return open(name, unit, false);
    }

    /** An account that was given so many GPU-seconds. */
    AccountId granted(String name, long gpuSeconds) {
        AccountId account = account(name, Unit.GPU_SECOND);
        ledger.post(transfer(world(Unit.GPU_SECOND), account, gpuSeconds));
        return account;
    }

    private AccountId open(String name, Unit unit, boolean mayOverdraw) {
        AccountId id = new AccountId(UUID.randomUUID());
        ledger.open(new Account(id, unit, name, mayOverdraw));
        return id;
    }

    Transfer transfer(AccountId from, AccountId to, long gpuSeconds) {
        return new Transfer(newId(), from, to, gpuSeconds(gpuSeconds), "grant");
    }

    Hold hold(AccountId from, AccountId to, long gpuSeconds, Duration life) {
        return new Hold(
                newId(), from, to, gpuSeconds(gpuSeconds), clock.instant().plus(life), "run");
    }

    Settlement settle(Hold hold, long gpuSeconds) {
        return new Settlement(newId(), hold.id(), gpuSeconds(gpuSeconds), "run ended");
    }

    Voiding voiding(Hold hold) {
        return new Voiding(newId(), hold.id(), "run never started");
    }

    Reversal reverse(Posting given, long gpuSeconds) {
        return new Reversal(newId(), given.id(), gpuSeconds(gpuSeconds), "returned early");
    }

    String balance(AccountId account) {
        Balance balance = ledger.balance(account);
        return "granted %d, held %d, spent %d, free %d"
                .formatted(balance.granted(), balance.held(), balance.spent(), balance.free());
    }

    /** The units of which some account has what no other has given; always none. */
    List<@Nullable String> unbalancedUnits() {
        return sql.sql("""
                select unit from ledger.balance join ledger.account on account.id = balance.account
                 group by unit having sum(granted - spent) <> 0
                """).query(String.class).list();
    }

    static Amount gpuSeconds(long value) {
        return new Amount(value, Unit.GPU_SECOND);
    }

    static EntryId newId() {
        return new EntryId(UUID.randomUUID());
    }
}
