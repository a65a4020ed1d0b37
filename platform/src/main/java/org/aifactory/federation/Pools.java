package org.aifactory.federation;

import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
import org.aifactory.ledger.Portions;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Receipt;
import org.aifactory.ledger.StatementLine;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.beans.factory.ObjectProvider;
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
    private final FunderPools funders;
    private final ObjectProvider<TimeShares> agreed;
    private final InstantSource clock;

    Pools(
            JdbcClient jdbc,
            Partitions partitions,
            Ledger ledger,
            AuditTrail audit,
            EntryWords entryWords,
            FunderPools funders,
            ObjectProvider<TimeShares> agreed,
            InstantSource clock) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.ledger = ledger;
        this.audit = audit;
        this.entryWords = entryWords;
        this.funders = funders;
        this.agreed = agreed;
        this.clock = clock;
    }

    /**
     * The account that new time on a partition comes into, in the partition's unit. What is agreed to be somebody's goes on to that one's
     * account at once; see {@link #sources}.
     */
    public AccountId accountOf(PartitionId partition) {
        return account(partition, "pool_account");
    }

    /**
     * An account that time on a partition is given from.
     *
     * @param funder whose time it is; empty where nobody has agreed on it
     */
    public record Source(Optional<String> funder, AccountId account, Balance balance) {}

    /** All accounts that a partition's time is given from, with what they have, all of one moment; the first is nobody's. */
    public List<Source> sources(PartitionId partition) {
        AccountId common = accountOf(partition);
        SortedMap<String, AccountId> owned = funders.of(partition);
        List<AccountId> all = new ArrayList<>(owned.values());
        all.add(common);
        Map<AccountId, Balance> balances = ledger.balances(all);
        List<Source> sources = new ArrayList<>();
        sources.add(new Source(Optional.empty(), common, Objects.requireNonNull(balances.get(common))));
        owned.forEach((funder, account) ->
                sources.add(new Source(Optional.of(funder), account, Objects.requireNonNull(balances.get(account)))));
        return sources;
    }

    /**
     * So much of a partition's time.
     *
     * @param funder whose it is; empty where nobody has agreed on it
     */
    public record Draw(Optional<String> funder, AccountId account, long amount) {}

    /**
     * What is to be given from which account, so that it comes to so much: in proportion to what each has free. Where there is too little,
     * the ledger will refuse it.
     */
    public List<Draw> draws(PartitionId partition, long amount) {
        List<Source> sources = sources(partition);
        Map<Source, Long> free = new LinkedHashMap<>();
        sources.forEach(source -> free.put(source, Math.max(0, source.balance().free())));
        long all = free.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
        if (all < amount || all == 0) {
            return List.of(new Draw(Optional.empty(), sources.getFirst().account(), amount));
        }
        List<Draw> draws = new ArrayList<>();
        Portions.of(amount, free).forEach((source, part) -> {
            if (part > 0) {
                draws.add(new Draw(source.funder(), source.account(), part));
            }
        });
        return draws;
    }

    /** The account that time used on a partition goes to. */
    public AccountId usedAccount(PartitionId partition) {
        return account(partition, "used_account");
    }

    /** Time that was used on a partition and that nobody was granted: what the machine broke, and what could not be stopped in time. */
    public Posting chargeToSite(PartitionId partition, EntryId entry, Amount amount, String reason) {
        return new Transfer(entry, account(partition, "supply_account"), usedAccount(partition), amount, reason);
    }

    /** Of all that a partition has to give, whosever it is. */
    public Balance balance(PartitionId partition) {
        return together(sources(partition).stream().map(Source::balance).toList());
    }

    /** The first has given to the others; that is not spent, but elsewhere. */
    private static Balance together(List<Balance> balances) {
        Balance first = balances.getFirst();
        long held = balances.stream().mapToLong(Balance::held).reduce(0, Math::addExact);
        long free = balances.stream().mapToLong(Balance::free).reduce(0, Math::addExact);
        return new Balance(first.unit(), first.granted(), held, first.granted() - held - free);
    }

    /** Of all partitions, all of one moment. */
    Map<PartitionId, Balance> balances() {
        Map<AccountId, PartitionId> common = jdbc
                .sql("select id, pool_account from federation.partition")
                .query((row, number) -> Map.entry(
                        new AccountId(row.getObject("pool_account", UUID.class)),
                        new PartitionId(row.getObject("id", UUID.class))))
                .list()
                .stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<AccountId, PartitionId> owned = funders.all();
        List<AccountId> all = new ArrayList<>(common.keySet());
        all.addAll(owned.keySet());
        Map<AccountId, Balance> balances = ledger.balances(all);
        Map<PartitionId, List<Balance>> byPartition = new HashMap<>();
        common.forEach((account, partition) -> byPartition
                .computeIfAbsent(partition, any -> new ArrayList<>())
                .add(Objects.requireNonNull(balances.get(account))));
        owned.forEach((account, partition) -> Optional.ofNullable(byPartition.get(partition))
                .ifPresent(some -> some.add(Objects.requireNonNull(balances.get(account)))));
        return byPartition.entrySet().stream().collect(toMap(Map.Entry::getKey, entry -> together(entry.getValue())));
    }

    /**
     * Adds time to a pool, and shares it out where those who fund the factory have agreed on it; the same again changes nothing.
     *
     * @param entry made by the caller, and kept before asking
     * @throws Problem when the person does not operate the partition, or the time is none
     */
    @Transactional
    public Receipt fill(Actor actor, PartitionId id, EntryId entry, BigDecimal hours, HourUnit unit, String reason) {
        Factory factory = partitions.requireMayOperate(actor, id);
        Partition partition = partitions.require(id);
        Amount amount = positive(partition.amount(hours, unit));
        AccountId supply = account(id, "supply_account");
        AccountId pool = accountOf(id);
        List<FunderPools.Part> parts = funders.knows(entry)
                ? funders.posted(entry)
                : funders.parts(partition, entry, agreed(factory, amount.value()));
        List<Posting> postings = new ArrayList<>();
        postings.add(new Transfer(entry, supply, pool, amount, spoken(reason)));
        parts.forEach(part -> postings.add(part.posting(pool, partition.unit())));
        Receipt receipt = post(postings).getFirst();
        jdbc.sql("insert into federation.filling (entry, partition) values (:entry, :partition) on conflict do nothing")
                .param("entry", entry.value())
                .param("partition", id.value())
                .update();
        note(id, Optional.of(entry), parts);
        record(actor, factory, "pool.filled", id, entry, amount, receipt);
        return receipt;
    }

    private void note(PartitionId id, Optional<EntryId> filling, List<FunderPools.Part> parts) {
        funders.note(id, filling, parts);
        parts.forEach(part -> entryWords.keep(part.entry(), part.words()));
    }

    private Map<String, Long> agreed(Factory factory, long amount) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return agreed.stream()
                .map(shares -> shares.shareOut(factory.id(), today, amount))
                .filter(shares -> !shares.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }

    /**
     * Shares out what a pool has that is nobody's, by what is agreed now. For whoever has asked for the right already.
     *
     * @return how much that was; nothing where all of it is somebody's, or nothing is agreed
     */
    @Transactional
    public Amount shareOut(Actor actor, PartitionId id) {
        Partition partition = partitions.require(id);
        Factory factory = partitions.factory(partition);
        AccountId pool = accountOf(id);
        long free = Math.max(0, ledger.balance(pool).free());
        EntryId whole = new EntryId(UUID.randomUUID());
        List<FunderPools.Part> parts = free == 0 ? List.of() : funders.parts(partition, whole, agreed(factory, free));
        if (parts.isEmpty()) {
            return new Amount(0, partition.unit());
        }
        List<Receipt> receipts = post(
                parts.stream().map(part -> part.posting(pool, partition.unit())).toList());
        note(id, Optional.empty(), parts);
        record(actor, factory, "pool.shared-out", id, whole, new Amount(free, partition.unit()), receipts.getFirst());
        return new Amount(free, partition.unit());
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
        String spoken = spoken(reason);
        long common = Math.max(0, ledger.balance(accountOf(id)).free());
        List<FunderPools.Return> returns = funders.returns(id, entry, filling, amount.value(), common);
        List<Posting> postings = new ArrayList<>();
        returns.forEach(part -> postings.add(part.posting(amount.unit(), spoken)));
        postings.add(new Reversal(entry, filling, amount, spoken));
        Receipt receipt = post(postings).getLast();
        funders.noteReturns(entry, returns);
        record(actor, factory, "pool.taken-back", id, entry, amount, receipt);
        return receipt;
    }

    /**
     * What has moved in a pool, oldest first.
     *
     * @param after the number of the last line seen; 0 to begin
     */
    public List<StatementLine> statement(PartitionId partition, long after, int most) {
        return statement(accounts(partition), after, most);
    }

    private List<AccountId> accounts(PartitionId partition) {
        List<AccountId> accounts = new ArrayList<>();
        accounts.add(accountOf(partition));
        accounts.addAll(funders.of(partition).values());
        return accounts;
    }

    /** What goes from one of them to another stands in the statements of both. */
    private List<StatementLine> statement(List<AccountId> accounts, long after, int most) {
        SortedMap<Long, StatementLine> lines = new TreeMap<>();
        accounts.forEach(
                account -> ledger.statement(account, after, most).forEach(line -> lines.put(line.number(), line)));
        return lines.values().stream().limit(most).toList();
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
        List<AccountId> own = accounts(id);
        List<StatementLine> lines = statement(own, after, most);
        Map<EntryId, Message> words =
                entryWords.of(lines.stream().map(StatementLine::entry).toList());
        return lines.stream().map(line -> line(partition, own, line, words)).toList();
    }

    /** What is shared out comes and goes at once: it stays in the pool. */
    private static PoolLine line(
            Partition partition, List<AccountId> own, StatementLine line, Map<EntryId, Message> words) {
        Entry entry = line.entry();
        boolean comes = own.contains(entry.to());
        boolean goes = own.contains(entry.from());
        long moved = (comes ? entry.moved() : 0) - (goes ? entry.moved() : 0);
        return new PoolLine(
                line.number(),
                entry.at(),
                entry.id(),
                entry.kind(),
                moved,
                goes ? entry.held() : 0,
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

    private List<Receipt> post(List<Posting> postings) {
        try {
            return ledger.post(postings);
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
