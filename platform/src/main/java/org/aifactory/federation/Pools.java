package org.aifactory.federation;

import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Entry;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Receipt;
import org.aifactory.ledger.StatementLine;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The time on each partition that can be granted. Operators fill a pool; allocations are given from it. */
@Service
public class Pools {
    private final JdbcClient jdbc;
    private final Partitions partitions;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final EntryWords entryWords;

    Pools(JdbcClient jdbc, Partitions partitions, Ledger ledger, AuditTrail audit, EntryWords entryWords) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.ledger = ledger;
        this.audit = audit;
        this.entryWords = entryWords;
    }

    /** The account that allocations on a partition are given from; in the partition's unit. */
    public AccountId accountOf(PartitionId partition) {
        return account(partition, "pool_account");
    }

    /** The account that time used on a partition goes to. */
    public AccountId usedAccount(PartitionId partition) {
        return account(partition, "used_account");
    }

    /** Time that was used on a partition and that nobody was granted: what the machine broke, and what could not be stopped in time. */
    public Posting chargeToSite(PartitionId partition, EntryId entry, Amount amount, String reason) {
        return new Transfer(entry, account(partition, "supply_account"), usedAccount(partition), amount, reason);
    }

    public Balance balance(PartitionId partition) {
        return ledger.balance(accountOf(partition));
    }

    /** Of all partitions, all of one moment. */
    Map<PartitionId, Balance> balances() {
        Map<AccountId, PartitionId> partitionsByPool = jdbc
                .sql("select id, pool_account from federation.partition")
                .query((row, number) -> Map.entry(
                        new AccountId(row.getObject("pool_account", UUID.class)),
                        new PartitionId(row.getObject("id", UUID.class))))
                .list()
                .stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        return ledger.balances(partitionsByPool.keySet()).entrySet().stream()
                .collect(toMap(balance -> partitionsByPool.get(balance.getKey()), Map.Entry::getValue));
    }

    /**
     * Adds time to a pool; the same again changes nothing.
     *
     * @param entry made by the caller, and kept before asking
     * @throws Problem when the person does not operate the partition, or the time is none
     */
    @Transactional
    public Receipt fill(Actor actor, PartitionId id, EntryId entry, BigDecimal hours, HourUnit unit, String reason) {
        Factory factory = partitions.requireMayOperate(actor, id);
        Amount amount = positive(partitions.require(id).amount(hours, unit));
        AccountId supply = account(id, "supply_account");
        Receipt receipt = post(new Transfer(entry, supply, accountOf(id), amount, spoken(reason)));
        jdbc.sql("insert into federation.filling (entry, partition) values (:entry, :partition) on conflict do nothing")
                .param("entry", entry.value())
                .param("partition", id.value())
                .update();
        record(actor, factory, "pool.filled", id, entry, amount, receipt);
        return receipt;
    }

    /**
     * Takes back all or part of what one filling has added and nobody was given.
     *
     * @throws Problem when less is free
     */
    @Transactional
    public Receipt takeBack(
            Actor actor,
            PartitionId id,
            EntryId entry,
            EntryId filling,
            BigDecimal hours,
            HourUnit unit,
            String reason) {
        Factory factory = partitions.requireMayOperate(actor, id);
        requireFilling(id, filling);
        Amount amount = positive(partitions.require(id).amount(hours, unit));
        Receipt receipt = post(new Reversal(entry, filling, amount, spoken(reason)));
        record(actor, factory, "pool.taken-back", id, entry, amount, receipt);
        return receipt;
    }

    /**
     * What has moved in a pool, oldest first.
     *
     * @param after the number of the last line seen; 0 to begin
     */
    public List<StatementLine> statement(PartitionId partition, long after, int most) {
        return ledger.statement(accountOf(partition), after, most);
    }

    /**
     * A line of a pool's statement, as its operator reads it.
     *
     * @param number grows; to read on, ask for those after the last one seen
     * @param moved what came into the pool, in the ledger's unit; negative where it left it
     * @param held what was kept back of it; negative where it was freed
     * @param hours {@code moved} in every unit
     * @param concerns the entry that this ends or takes back
     */
    public record PoolLine(
            long number,
            Instant at,
            EntryId entry,
            Entry.Kind kind,
            long moved,
            long held,
            Map<HourUnit, BigDecimal> hours,
            Optional<EntryId> concerns,
            Message reason) {}

    /**
     * The statement of a pool for those who operate it: its reasons name who was given time.
     *
     * @param after the number of the last line seen; 0 to begin
     */
    public List<PoolLine> lines(Actor actor, PartitionId id, long after, int most) {
        partitions.requireMayOperate(actor, id);
        Partition partition = partitions.require(id);
        AccountId pool = accountOf(id);
        List<StatementLine> lines = ledger.statement(pool, after, most);
        Map<EntryId, Message> words =
                entryWords.of(lines.stream().map(StatementLine::entry).toList());
        return lines.stream().map(line -> line(partition, pool, line, words)).toList();
    }

    private static PoolLine line(Partition partition, AccountId pool, StatementLine line, Map<EntryId, Message> words) {
        Entry entry = line.entry();
        boolean comes = entry.to().equals(pool);
        long moved = comes ? entry.moved() : -entry.moved();
        return new PoolLine(
                line.number(),
                entry.at(),
                entry.id(),
                entry.kind(),
                moved,
                comes ? 0 : entry.held(),
                partition.inAllUnits(moved),
                Optional.ofNullable(entry.concerns()),
                words.getOrDefault(entry.id(), Message.written(entry.reason())));
    }

    private static String spoken(String reason) {
        String spoken = reason.strip();
        if (spoken.isBlank() || spoken.indexOf('\0') >= 0) {
            throw Problem.invalid("reason", "federation.fault.reason");
        }
        return spoken;
    }

    /** Any entry of the ledger has an id, and only fillings of this pool may be taken back here. */
    private void requireFilling(PartitionId id, EntryId filling) {
        boolean known = jdbc.sql(
                        "select exists (select from federation.filling where entry = :entry and partition = :partition)")
                .param("entry", filling.value())
                .param("partition", id.value())
                .query(Boolean.class)
                .single();
        if (!known) {
            throw Problem.notFound("filling", filling);
        }
    }

    private void record(
            Actor actor,
            Factory factory,
            String action,
            PartitionId id,
            EntryId entry,
            Amount amount,
            Receipt receipt) {
        if (!receipt.existed()) {
            audit.record(
                    actor.person(),
                    factory.operator().orElse(null),
                    action,
                    "partition " + id,
                    Map.of("entry", entry.toString(), "amount", amount.value(), "unit", amount.unit()));
        }
    }

    private Receipt post(Posting posting) {
        try {
            return ledger.post(posting);
        } catch (LedgerException refused) {
            ProblemType type = switch (refused.refusal()) {
                case CONFLICT -> ProblemType.ALREADY_TAKEN;
                case NOT_ENOUGH, ABOVE_ORIGINAL -> ProblemType.NOT_ENOUGH_LEFT;
                default -> ProblemType.AGAINST_RULES;
            };
            throw Problem.of(type, "ledger.refusal." + refused.refusal().slug());
        }
    }

    private static Amount positive(Amount amount) {
        if (amount.value() == 0) {
            throw Problem.invalid("hours", "federation.fault.less-than-a-second");
        }
        return amount;
    }

    private AccountId account(PartitionId partition, String column) {
        Optional<UUID> account = jdbc.sql("select " + column + " from federation.partition where id = :id")
                .param("id", partition.value())
                .query(UUID.class)
                .optional();
        return new AccountId(account.orElseThrow(() -> Problem.notFound("partition", partition)));
    }
}
