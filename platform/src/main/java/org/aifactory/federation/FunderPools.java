package org.aifactory.federation;

import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Portions;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The time on partitions that belongs to those who fund them: an account of each, which is given from the partition's pool. What nobody
 * has agreed on stays in that.
 */
@Component
class FunderPools {
    private final JdbcClient jdbc;
    private final Ledger ledger;

    FunderPools(JdbcClient jdbc, Ledger ledger) {
        this.jdbc = jdbc;
        this.ledger = ledger;
    }

    /** What goes from a pool to a funder's. */
    record Part(String funder, EntryId entry, AccountId to, long amount) {
        Posting posting(AccountId pool, Unit unit) {
            return new Transfer(entry, pool, to, new Amount(amount, unit), words().inEnglish());
        }

        Message words() {
            return Message.of("federation.entry.share", funder);
        }
    }

    /** What goes back, of one that went. */
    record Return(EntryId entry, EntryId of, long amount) {
        Posting posting(Unit unit, String reason) {
            return new Reversal(entry, of, new Amount(amount, unit), reason);
        }
    }

    /** By funder. */
    SortedMap<String, AccountId> of(PartitionId partition) {
        SortedMap<String, AccountId> accounts = new TreeMap<>();
        jdbc.sql("select funder, account from federation.funder_pool where partition = :partition")
                .param("partition", partition.value())
                .query(row -> {
                    accounts.put(row.getString("funder"), new AccountId(row.getObject("account", UUID.class)));
                });
        return accounts;
    }

    /** Of all partitions: whose each account is. */
    Map<AccountId, PartitionId> all() {
        Map<AccountId, PartitionId> partitions = new LinkedHashMap<>();
        jdbc.sql("select partition, account from federation.funder_pool").query(row -> {
            partitions.put(
                    new AccountId(row.getObject("account", UUID.class)),
                    new PartitionId(row.getObject("partition", UUID.class)));
        });
        return partitions;
    }

    /**
     * The parts into which an amount of new time goes, each with an account to go to.
     *
     * @param whole what the entries of the parts are named after
     */
    @Transactional(propagation = Propagation.MANDATORY)
    List<Part> parts(Partition partition, EntryId whole, Map<String, Long> shares) {
        List<Part> parts = new ArrayList<>();
        shares.forEach((funder, amount) -> {
            if (amount > 0) {
                parts.add(new Part(
                        funder, named("share of " + funder + " of " + whole), open(partition, funder), amount));
            }
        });
        return parts;
    }

    /** The account has its name from whose it is, so that two who open it at once open the same. */
    private AccountId open(Partition partition, String funder) {
        AccountId account = new AccountId(
                named("pool of " + funder + " on " + partition.id()).value());
        int opened = jdbc.sql("""
                insert into federation.funder_pool (partition, funder, account) values (:partition, :funder, :account)
                on conflict do nothing
                """)
                .param("partition", partition.id().value())
                .param("funder", funder)
                .param("account", account.value())
                .update();
        if (opened == 1) {
            ledger.open(new Account(account, partition.unit(), funder + " on " + partition.name(), false));
        }
        return account;
    }

    /** Whether time was filled in by this entry already; what it was shared into then is not shared anew. */
    boolean knows(EntryId filling) {
        return jdbc.sql("select exists (select from federation.filling where entry = :entry)")
                .param("entry", filling.value())
                .query(Boolean.class)
                .single();
    }

    /** The parts of a filling as they were posted. */
    List<Part> posted(EntryId filling) {
        return jdbc.sql("""
                select share_out.funder, share_out.entry, funder_pool.account, share_out.amount
                  from federation.share_out join federation.funder_pool using (partition, funder)
                 where share_out.filling = :filling order by share_out.funder
                """)
                .param("filling", filling.value())
                .query((row, number) -> new Part(
                        row.getString("funder"),
                        new EntryId(row.getObject("entry", UUID.class)),
                        new AccountId(row.getObject("account", UUID.class)),
                        row.getLong("amount")))
                .list();
    }

    /** @param filling that was shared out; empty for what was in the pool before anything was agreed */
    @Transactional(propagation = Propagation.MANDATORY)
    void note(PartitionId partition, Optional<EntryId> filling, List<Part> parts) {
        for (Part part : parts) {
            jdbc.sql("""
                    insert into federation.share_out (entry, partition, funder, filling, amount)
                    values (:entry, :partition, :funder, :filling, :amount) on conflict do nothing
                    """)
                    .param("entry", part.entry().value())
                    .param("partition", partition.value())
                    .param("funder", part.funder())
                    .param("filling", filling.map(EntryId::value).orElse(null), Types.OTHER)
                    .param("amount", part.amount())
                    .update();
        }
    }

    /** What a funder still has of a share. */
    private record Left(EntryId entry, String funder, long remains) {}

    /**
     * What goes back to the pool, so that so much of a filling can be taken from it; in proportion to what each still has of that filling.
     * Where the pool has too little for the rest, for what was nobody's of that filling was shared out later, as much goes back of what was
     * shared out so, as far as it is free. Asked again for the same taking back, the same.
     *
     * @param common what the pool itself has free
     */
    List<Return> returns(PartitionId partition, EntryId takingBack, EntryId filling, long amount, long common) {
        List<Return> before = jdbc.sql(
                        "select entry, share_out, amount from federation.share_return where taking_back = :taking order by entry")
                .param("taking", takingBack.value())
                .query((row, number) -> new Return(
                        new EntryId(row.getObject("entry", UUID.class)),
                        new EntryId(row.getObject("share_out", UUID.class)),
                        row.getLong("amount")))
                .list();
        if (!before.isEmpty() || isPosted(takingBack)) {
            return before;
        }
        Map<Left, Long> own = new LinkedHashMap<>();
        left(partition, Optional.of(filling)).forEach(share -> own.put(share, share.remains()));
        Map<Left, Long> back = divide(amount, own);
        long missing = amount - sum(back) - common;
        if (missing > 0) {
            back.putAll(divide(missing, freeOfShared(partition, back)));
        }
        List<Return> returns = new ArrayList<>();
        back.forEach((share, part) -> {
            if (part > 0) {
                returns.add(new Return(named("return of " + share.entry() + " by " + takingBack), share.entry(), part));
            }
        });
        return returns;
    }

    private boolean isPosted(EntryId entry) {
        return jdbc.sql("select exists (select from ledger.entry where id = :entry)")
                .param("entry", entry.value())
                .query(Boolean.class)
                .single();
    }

    /** In proportion, and as much as there is. */
    private static Map<Left, Long> divide(long amount, Map<Left, Long> most) {
        return Portions.of(Math.min(amount, sum(most)), most);
    }

    private static long sum(Map<Left, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of what was shared out of no filling alone: what each can give back beside what it gives back already. */
    private Map<Left, Long> freeOfShared(PartitionId partition, Map<Left, Long> back) {
        SortedMap<String, AccountId> accounts = of(partition);
        Map<AccountId, Balance> balances = ledger.balances(accounts.values());
        Map<String, Long> free = new HashMap<>();
        accounts.forEach((funder, account) -> {
            Balance balance = balances.get(account);
            free.put(funder, balance == null ? 0 : balance.free());
        });
        back.forEach((share, part) -> free.merge(share.funder(), -part, Long::sum));
        Map<Left, Long> most = new LinkedHashMap<>();
        for (Left share : left(partition, Optional.empty())) {
            long some = Math.max(0, Math.min(share.remains(), free.getOrDefault(share.funder(), 0L)));
            most.put(share, some);
            free.merge(share.funder(), -some, Long::sum);
        }
        return most;
    }

    /** @param filling that was shared out; empty for what was shared out of no filling alone */
    private List<Left> left(PartitionId partition, Optional<EntryId> filling) {
        return jdbc.sql("""
                select entry, funder, amount - coalesce((select sum(share_return.amount) from federation.share_return
                                                          where share_return.share_out = share_out.entry), 0) as remains
                  from federation.share_out
                 where partition = :partition and filling is not distinct from :filling::uuid order by funder, entry
                """)
                .param("partition", partition.value())
                .param("filling", filling.map(EntryId::value).orElse(null), Types.OTHER)
                .query((row, number) -> new Left(
                        new EntryId(row.getObject("entry", UUID.class)),
                        row.getString("funder"),
                        row.getLong("remains")))
                .list();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void noteReturns(EntryId takingBack, List<Return> returns) {
        for (Return part : returns) {
            jdbc.sql("""
                    insert into federation.share_return (entry, taking_back, share_out, amount)
                    values (:entry, :taking, :shareOut, :amount) on conflict do nothing
                    """)
                    .param("entry", part.entry().value())
                    .param("taking", takingBack.value())
                    .param("shareOut", part.of().value())
                    .param("amount", part.amount())
                    .update();
        }
    }

    private static EntryId named(String name) {
        return new EntryId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
