package org.aifactory.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.federation.EntryWords;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Entry;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.StatementLine;
import org.aifactory.training.Statement.Held;
import org.aifactory.training.Statement.Line;
import org.aifactory.web.Message;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Puts statements together: the ledger's entries of an allocation, and beside each what is known of the attempt that it paid for. */
@Component
class Statements {
    private static final int AT_ONCE = 1000;

    private final Allocations allocations;
    private final Partitions partitions;
    private final Ledger ledger;
    private final RunTable table;
        private final AttemptTable attempts;
    private final EntryWords entryWords;


    Statements(
            Allocations allocations,
            Partitions partitions,
            Ledger ledger,
                        RunTable table,
            AttemptTable attempts,
            EntryWords entryWords) {
        this.allocations = allocations;
        this.partitions = partitions;
        this.ledger = ledger;
        this.table = table;
                this.attempts = attempts;
        this.entryWords = entryWords;

    }

    /** An attempt and its run. */
    private record Tried(Run run, Attempt attempt) {}

    @Transactional(readOnly = true, isolation = org.springframework.transaction.annotation.Isolation.REPEATABLE_READ)
    public Statement of(Actor actor, AllocationId id, Locale locale) {
        Allocation allocation = allocations.find(actor, id);
        Partition partition = partitions.require(allocation.partition());
        Map<EntryId, Tried> byHold = tried(id);
        Balance balance = ledger.balance(allocation.account());
        List<Line> lines = new ArrayList<>();
        long left = 0;
                List<Entry> entries = entries(allocation.account());
        Map<EntryId, Message> words = entryWords.of(entries);
        for (Entry entry : entries) {
            long amount = entry.to().equals(allocation.account()) ? entry.moved() : -entry.moved();
            left += amount;
            if (entry.kind() != Entry.Kind.HOLD) {
                line(entry, amount, left, byHold, partition, words, locale).ifPresent(lines::add);
            }
        }
        return new Statement(
                id,
                allocation.project(),
                partition.slug(),
                partition.unit(),
                balance.granted(),
                balance.held(),
                balance.spent(),
                balance.free(),
                partition.inAllUnits(balance.spent()),
                partition.price(balance.spent()).map(Amount::value),
                lines,
                holds(byHold));
    }

    private Map<EntryId, Tried> tried(AllocationId id) {
        Map<RunId, Run> runs = new HashMap<>();
        table.of(id).forEach(run -> runs.put(run.id(), run));
        Map<EntryId, Tried> tried = new HashMap<>();
        for (Attempt attempt : attempts.of(id)) {
            Run run = runs.get(attempt.run());
            if (run != null) {
                tried.put(attempt.hold(), new Tried(run, attempt));
            }
        }
        return tried;
    }

    private List<Entry> entries(AccountId account) {
        List<Entry> entries = new ArrayList<>();
        long after = 0;
        List<StatementLine> some;
        do {
            some = ledger.statement(account, after, AT_ONCE);
            for (StatementLine line : some) {
                entries.add(line.entry());
                after = line.number();
            }
        } while (some.size() == AT_ONCE);
        return entries;
    }

    /** What ends a hold of no run, such as one that has expired, is only told where something moved. */
    private Optional<Line> line(
            Entry entry, long amount, long left, Map<EntryId, Tried> byHold, Partition partition, Map<EntryId, Message> words, Locale locale) {
        Tried tried = entry.concerns() == null ? null : byHold.get(entry.concerns());
        if (tried == null) {
            return amount == 0 ? Optional.empty() : Optional.of(plain(
                            entry,
                            words.getOrDefault(entry.id(), Message.written(entry.reason())).in(locale),
                            amount,
                            left,
                            partition));
        }
        Attempt attempt = tried.attempt();
        Optional<Attempt.Ending> ending = attempt.ending();
        return Optional.of(new Line(
                entry.at(),
                tried.run().name(),
                amount,
                left,
                Optional.of(tried.run().id()),
                Optional.of(attempt.number()),
                Optional.of(tried.run().name()),
                Optional.of(tried.run().project()),
                attempt.started(),
                attempt.started().flatMap(started -> ending.flatMap(Attempt.Ending::at)),
                RunViews.seconds(attempt),
                ending.map(known -> partition.rate(known.cores(), known.gpus())),
                ending.map(Attempt.Ending::state),
                ending.map(known -> known.reason().words().in(locale)),
                ending.map(known -> known.charge().site()),
                partition.price(Math.abs(amount)).map(Amount::value)));
    }

    private static Line plain(Entry entry, String words, long amount, long left, Partition partition) {
        return new Line(
                entry.at(),
                words,
                amount,
                left,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                partition.price(Math.abs(amount)).map(Amount::value));
    }

    private static List<Held> holds(Map<EntryId, Tried> byHold) {
        return byHold.values().stream()
                .filter(tried -> tried.attempt().ending().isEmpty())
                .map(tried -> new Held(
                        tried.run().id(),
                        tried.attempt().number(),
                        tried.run().name(),
                        tried.attempt().held(),
                        tried.attempt().expires()))
                .sorted(java.util.Comparator.comparing(Held::expires))
                .toList();
    }
}
