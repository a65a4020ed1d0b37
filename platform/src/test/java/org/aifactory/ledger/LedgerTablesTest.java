package org.aifactory.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.aifactory.ledger.Posting.Hold;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database itself refuses, whoever asks: these are the last walls behind the code. */
class LedgerTablesTest {
    private final Bank bank = new Bank();
    private final AccountId pool = bank.granted("pool", 100);
    private final AccountId used = bank.account("used", Unit.GPU_SECOND);
    private final AccountId euros = bank.account("euros", Unit.EUR_CENT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update ledger.entry set moved = moved + 1",
                "update ledger.entry set reason = 'another'",
                "delete from ledger.entry",
                "truncate ledger.entry cascade",
                "update ledger.account set overdraft = true",
                "delete from ledger.account",
                "truncate ledger.account cascade",
                "update ledger.balance set granted = granted + 1",
                "delete from ledger.balance",
                "truncate ledger.balance",
                "delete from ledger.open_hold",
                "truncate ledger.open_hold"
            })
    void what_is_written_stays_as_it_is(String statement) {
        assertThatThrownBy(() -> bank.sql.sql(statement).update())
                .hasStackTraceContaining("The ledger is only ever added to");
    }

    @Test
    void an_entry_between_units_cannot_be_written() {
        assertThatThrownBy(() -> insert("TRANSFER", "GPU_SECOND", pool, euros, 1, 0))
                .hasStackTraceContaining("foreign key");
        assertThatThrownBy(() -> insert("TRANSFER", "EUR_CENT", pool, euros, 1, 0))
                .hasStackTraceContaining("foreign key");
    }

    @Test
    void an_account_cannot_be_overdrawn() {
        assertThatThrownBy(() -> insert("TRANSFER", "GPU_SECOND", pool, used, 101, 0))
                .hasStackTraceContaining("no_overdraft");
        insert("TRANSFER", "GPU_SECOND", pool, used, 100, 0);
        assertThat(bank.balance(used)).isEqualTo("granted 100, held 0, spent 0, free 100");
    }

    @Test
    void an_entry_cannot_pretend_to_be_of_another_kind() {
        assertThatThrownBy(() -> insert("TRANSFER", "GPU_SECOND", pool, used, -1, 0))
                .hasStackTraceContaining("entry_check");
        assertThatThrownBy(() -> insert("TRANSFER", "GPU_SECOND", pool, used, 0, 5))
                .hasStackTraceContaining("entry_check");
        assertThatThrownBy(() -> insert("GIFT", "GPU_SECOND", pool, used, 1, 0)).hasStackTraceContaining("entry_check");
        assertThatThrownBy(() -> insert("TRANSFER", "GPU_SECOND", pool, pool, 1, 0))
                .hasStackTraceContaining("entry_check");
    }

    @Test
    void a_hold_ends_once_and_as_what_it_was() {
        Hold hold = bank.hold(pool, used, 60, Duration.ofHours(1));
        bank.ledger.post(hold);
        assertThatThrownBy(() -> end(hold, pool, 50)).hasStackTraceContaining("Only an open hold can be ended");
        assertThatThrownBy(() -> end(hold, used, 60)).hasStackTraceContaining("Only an open hold can be ended");
        end(hold, pool, 60);
        assertThatThrownBy(() -> end(hold, pool, 60)).hasStackTraceContaining("one_end_of_a_hold");
        assertThat(bank.balance(pool)).isEqualTo("granted 100, held 0, spent 0, free 100");
    }

    @Test
    void a_balance_that_someone_forced_is_found() {
        assertThat(discrepancyOf(used)).isFalse();
        bank.transaction.executeWithoutResult(status -> {
            bank.sql.sql("alter table ledger.balance disable trigger derived").update();
            bank.sql
                    .sql("update ledger.balance set granted = 7 where account = :account")
                    .param("account", used.value())
                    .update();
            assertThat(discrepancyOf(used)).isTrue();
            status.setRollbackOnly();
        });
    }

    private boolean discrepancyOf(AccountId account) {
        return bank.ledger.audit().stream().anyMatch(found -> found.account().equals(account));
    }

    private void insert(String kind, String unit, AccountId from, AccountId to, long moved, long held) {
        bank.sql
                .sql("""
                insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, reason, at)
                values (gen_random_uuid(), :kind, :unit, :from, :to, :moved, :held, 'by hand', now())
                """)
                .param("kind", kind)
                .param("unit", unit)
                .param("from", from.value())
                .param("to", to.value())
                .param("moved", moved)
                .param("held", held)
                .update();
    }

    private void end(Posting hold, AccountId from, long amount) {
        bank.sql
                .sql("""
                insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, concerns, reason, at)
                values (gen_random_uuid(), 'VOIDING', 'GPU_SECOND', :from, :to, 0, :held, :hold, 'by hand', now())
                """)
                .param("from", from.value())
                .param("to", from.equals(pool) ? used.value() : pool.value())
                .param("held", -amount)
                .param("hold", hold.id().value())
                .update();
    }
}
