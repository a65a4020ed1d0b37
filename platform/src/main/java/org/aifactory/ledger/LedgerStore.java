package org.aifactory.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.aifactory.database.Columns;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/** The ledger's tables: {@code db/migration/V1__ledger.sql}. */
final class LedgerStore {
    private static final String ENTRY =
            "id, kind, unit, from_account, to_account, moved, held, concerns, expires_at, reason, at";

    private final JdbcClient jdbc;

    LedgerStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether it was new. */
    boolean open(Account account, Instant now) {
        return jdbc.sql("""
                insert into ledger.account (id, unit, name, overdraft, opened_at)
                values (:id, :unit, :name, :overdraft, :now)
                on conflict (id) do nothing
                """)
                        .param("id", account.id().value())
                        .param("unit", account.unit().name())
                        .param("name", account.name())
                        .param("overdraft", account.mayOverdraw())
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    List<Account> accounts(Collection<AccountId> ids) {
        return jdbc.sql("select id, unit, name, overdraft from ledger.account where id = any(:ids)")
                .param("ids", uuids(ids, AccountId::value))
                .query((row, number) -> new Account(
                        new AccountId(uuid(row, "id")),
                        Unit.valueOf(row.getString("unit")),
                        row.getString("name"),
                        row.getBoolean("overdraft")))
                .list();
    }

    /** Balances that nobody else can change before the transaction ends; locked in the order of ids, so that no two wait in a circle. */
    Map<AccountId, Balance> lock(Collection<AccountId> ids) {
        return balances(ids, "order by account for update of balance");
    }

    Map<AccountId, Balance> balances(Collection<AccountId> ids) {
        return balances(ids, "");
    }

    private Map<AccountId, Balance> balances(Collection<AccountId> ids, String lock) {
        Map<AccountId, Balance> balances = new HashMap<>();
        jdbc.sql("""
                select account, unit, granted, held, spent
                  from ledger.balance join ledger.account on account.id = balance.account
                 where account = any(:ids)
                """ + lock).param("ids", uuids(ids, AccountId::value)).query(row -> {
            balances.put(new AccountId(uuid(row, "account")), balance(row, ""));
        });
        return balances;
    }

    /** Entries with these ids. */
    List<Entry> entries(Collection<EntryId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("select " + ENTRY + " from ledger.entry where id = any(:ids)")
                .param("ids", uuids(ids, EntryId::value))
                .query((row, number) -> entry(row))
                .list();
    }

    /**
     * What matters to postings, as it is once their accounts are locked.
     *
     * @param entries those with the ids of postings, and those that end or reverse what postings do
     * @param overdue the open holds of the accounts whose time is over
     */
    record Known(List<Entry> entries, List<Entry> overdue) {}

    /** All of it in one question, because whoever wants the same account waits meanwhile. */
    Known known(Collection<EntryId> ids, Collection<EntryId> concerned, Collection<AccountId> accounts, Instant now) {
        Known known = new Known(new ArrayList<>(), new ArrayList<>());
        jdbc.sql("""
                select false as overdue, %1$s from ledger.entry where id = any(:ids)
                union all
                select false, %1$s from ledger.entry where concerns = any(:concerned)
                union all
                select true, %1$s
                  from ledger.entry
                 where id in (select hold from ledger.open_hold where from_account = any(:accounts) and expires_at <= :now)
                """.formatted(ENTRY))
                .param("ids", uuids(ids, EntryId::value))
                .param("concerned", uuids(concerned, EntryId::value))
                .param("accounts", uuids(accounts, AccountId::value))
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query(row -> {
                    (row.getBoolean("overdue") ? known.overdue() : known.entries()).add(entry(row));
                });
        return known;
    }

    /** Some of the accounts with an open hold whose time is over, those longest overdue first. */
    List<AccountId> accountsWithOverdueHolds(Instant now, int most) {
        return jdbc.sql("""
                select distinct from_account
                  from (select from_account from ledger.open_hold where expires_at <= :now order by expires_at limit :most) as overdue
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("most", most)
                .query((row, number) -> new AccountId(uuid(row, "from_account")))
                .list();
    }

    void add(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        jdbc.sql("""
                insert into ledger.entry (%s)
                select * from unnest(:id, :kind, :unit, :from, :to, :moved, :held, :concerns, :expires, :reason, :at)
                """.formatted(ENTRY))
                .param("id", column("uuid", entries, entry -> entry.id().value()))
                .param("kind", column("text", entries, Entry::kind))
                .param("unit", column("text", entries, Entry::unit))
                .param("from", column("uuid", entries, entry -> entry.from().value()))
                .param("to", column("uuid", entries, entry -> entry.to().value()))
                .param("moved", column("bigint", entries, Entry::moved))
                .param("held", column("bigint", entries, Entry::held))
                .param("concerns", column("uuid", entries, Entry::concerns))
                .param("expires", column("timestamptz", entries, Entry::expires))
                .param("reason", column("text", entries, Entry::reason))
                .param("at", column("timestamptz", entries, Entry::at))
                .update();
    }

    List<StatementLine> statement(AccountId account, long after, int most) {
        return jdbc.sql("""
                select seq, %1$s
                  from ((select seq, %1$s from ledger.entry where from_account = :account and seq > :after order by seq limit :most)
                        union all
                        (select seq, %1$s from ledger.entry where to_account = :account and seq > :after order by seq limit :most)) as lines
                 order by seq limit :most
                """.formatted(ENTRY))
                .param("account", account.value())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> new StatementLine(row.getLong("seq"), entry(row)))
                .list();
    }

    List<StatementLine> statementBefore(AccountId account, long before, int most) {
        return jdbc.sql("""
                select seq, %1$s
                  from ((select seq, %1$s from ledger.entry where from_account = :account and seq < :before order by seq desc limit :most)
                        union all
                        (select seq, %1$s from ledger.entry where to_account = :account and seq < :before order by seq desc limit :most))
                       as lines
                 order by seq desc limit :most
                """.formatted(ENTRY))
                .param("account", account.value())
                .param("before", before)
                .param("most", most)
                .query((row, number) -> new StatementLine(row.getLong("seq"), entry(row)))
                .list();
    }

    long movedFrom(AccountId account, long number) {
        return jdbc.sql("""
                select (coalesce((select sum(moved) from ledger.entry where to_account = :account and seq >= :number), 0)
                        - coalesce((select sum(moved) from ledger.entry where from_account = :account and seq >= :number), 0))::bigint
                """)
                .param("account", account.value())
                .param("number", number)
                .query(Long.class)
                .single();
    }

    List<Discrepancy> discrepancies() {
        return jdbc.sql("""
                select balance.account, unit, balance.granted, balance.held, balance.spent,
                       coalesce(summed.granted, 0) as summed_granted, coalesce(summed.held, 0) as summed_held,
                       coalesce(summed.spent, 0) as summed_spent
                  from ledger.balance
                  join ledger.account on account.id = balance.account
                  left join (select account, sum(granted) as granted, sum(held) as held, sum(spent) as spent
                               from (select from_account as account, 0 as granted, held, moved as spent from ledger.entry
                                     union all
                                     select to_account, moved, 0, 0 from ledger.entry) as sides
                              group by account) as summed on summed.account = balance.account
                 where (balance.granted, balance.held, balance.spent)
                       <> (coalesce(summed.granted, 0), coalesce(summed.held, 0), coalesce(summed.spent, 0))
                """)
                .query((row, number) ->
                        new Discrepancy(new AccountId(uuid(row, "account")), balance(row, ""), balance(row, "summed_")))
                .list();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                new EntryId(uuid(row, "id")),
                Entry.Kind.valueOf(row.getString("kind")),
                Unit.valueOf(row.getString("unit")),
                new AccountId(uuid(row, "from_account")),
                new AccountId(uuid(row, "to_account")),
                row.getLong("moved"),
                row.getLong("held"),
                Columns.optionalUuid(row, "concerns").map(EntryId::new).orElse(null),
                Columns.optionalInstant(row, "expires_at").orElse(null),
                row.getString("reason"),
                Columns.instant(row, "at"));
    }

    private static Balance balance(ResultSet row, String prefix) throws SQLException {
        return new Balance(
                Unit.valueOf(row.getString("unit")),
                row.getLong(prefix + "granted"),
                row.getLong(prefix + "held"),
                row.getLong(prefix + "spent"));
    }

    private static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    private static <T> SqlArrayValue uuids(Collection<T> ids, Function<T, UUID> value) {
        return new SqlArrayValue("uuid", ids.stream().map(value).toArray());
    }

    /** One column of many rows; PostgreSQL reads every value from its text. */
    private static SqlArrayValue column(String type, List<Entry> entries, Function<Entry, @Nullable Object> value) {
        return new SqlArrayValue(
                type,
                entries.stream()
                        .map(entry -> {
                            Object cell = value.apply(entry);
                            return cell == null ? null : cell.toString();
                        })
                        .toArray());
    }
}
