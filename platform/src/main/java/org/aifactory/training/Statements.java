package org.aifactory.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.federation.EntryWords;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.AccountId;
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
    private static final int MOST_HOLDS = 1000;

    private final Allocations allocations;
    private final Partitions partitions;
    private final Ledger ledger;
    private final RunTable table;
    private final AttemptTable attempts;
    private final CorrectionTable corrections;
    private final EntryWords entryWords;

    Statements(
            Allocations allocations,
            Partitions partitions,
            Ledger ledger,
            RunTable table,
            AttemptTable attempts,
            CorrectionTable corrections,
            EntryWords entryWords) {
        this.allocations = allocations;
        this.partitions = partitions;
        this.ledger = ledger;
        this.table = table;
        this.attempts = attempts;
        this.corrections = corrections;
        this.entryWords = entryWords;
    }

    /** An attempt and its run. */
    private record Tried(Run run, Attempt attempt) {}

    /** An allocation whose statement somebody may read, and where it is spent. */
    record Subject(Allocation allocation, Partition partition) {}

    /** @throws org.aifactory.web.Problem that there is no such allocation, where it is not theirs to see */
    Subject subject(Actor actor, AllocationId id) {
        return subject(allocations.find(actor, id));
    }

    /** For whoever asked for the person's right before. */
    Subject subject(Allocation allocation) {
        return new Subject(allocation, partitions.require(allocation.partition()));
    }

    /**
     * The lines before one, the latest of them.
     *
     * @param before as {@link Statement#earlier} says; {@link Long#MAX_VALUE} for the latest of all
     * @param most how many lines
     */
    @Transactional(readOnly = true, isolation = org.springframework.transaction.annotation.Isolation.REPEATABLE_READ)
    public Statement of(Actor actor, AllocationId id, long before, int most, Locale locale) {
        Subject subject = subject(actor, id);
        AccountId account = subject.allocation().account();
        Partition partition = subject.partition();
        Balance balance = ledger.balance(account);
        Optional<Statement.Cost> cost = cost(subject.allocation());
        long left = balance.granted() - balance.spent() - ledger.movedFrom(account, before);
        List<Line> lines = new ArrayList<>();
        long last = before;
        List<StatementLine> some;
        do {
            some = ledger.statementBefore(account, last, AT_ONCE);
            Known known = known(some);
            for (StatementLine next : some) {
                if (lines.size() == most) {
                    break;
                }
                line(next.entry(), account, left, known, partition, locale).ifPresent(lines::add);
                left -= amount(next.entry(), account);
                last = next.number();
            }
        } while (lines.size() < most && some.size() == AT_ONCE);
        boolean more = !ledger.statementBefore(account, last, 1).isEmpty();
        return new Statement(
                id,
                subject.allocation().project(),
                partition.slug(),
                partition.unit(),
                balance.granted(),
                balance.held(),
                balance.spent(),
                balance.free(),
                partition.inAllUnits(balance.spent()),
                cost.map(Statement.Cost::owed).orElse(0L),
                cost,
                lines.reversed(),
                more ? Optional.of(last) : Optional.empty(),
                holds(id));
    }

    private Optional<Statement.Cost> cost(Allocation allocation) {
        return allocation.cost().map(cost -> {
            Balance euros = ledger.balance(cost.account());
            return new Statement.Cost(
                    cost.price().centsPerHour(), euros.granted(), euros.held(), euros.spent(), euros.free());
        });
    }

    /**
     * Writes all lines, the oldest first, some at a time. Of one account entries are numbered in the order in which they can be seen, so
     * none comes in between.
     */
    void write(Subject subject, Locale locale, Appendable out) throws IOException {
        AccountId account = subject.allocation().account();
        Partition partition = subject.partition();
        out.append(Csv.HEADER);
        long left = 0;
        long after = 0;
        List<StatementLine> some;
        do {
            some = ledger.statement(account, after, AT_ONCE);
            Known known = known(some);
            for (StatementLine next : some) {
                left += amount(next.entry(), account);
                after = next.number();
                Optional<Line> line = line(next.entry(), account, left, known, partition, locale);
                if (line.isPresent()) {
                    out.append(Csv.row(line.get(), partition.unit()));
                }
            }
        } while (some.size() == AT_ONCE);
    }

    private static long amount(Entry entry, AccountId account) {
        return entry.to().equals(account) ? entry.moved() : -entry.moved();
    }

    /** What is known beside some entries: of the attempts whose holds they end, and what they say. */
    private record Known(
            Map<EntryId, Tried> tried, Map<EntryId, Message> words, Map<EntryId, UsageCorrection> corrections) {}

    private Known known(List<StatementLine> lines) {
        Set<EntryId> holds = new HashSet<>();
        for (StatementLine line : lines) {
            if (line.entry().concerns() != null) {
                holds.add(line.entry().concerns());
            }
        }
        Map<EntryId, Tried> tried = new HashMap<>();
        together(attempts.of(holds)).forEach(each -> tried.put(each.attempt().hold(), each));
        return new Known(
                tried,
                entryWords.of(lines.stream().map(StatementLine::entry).toList()),
                corrections.of(lines.stream().map(line -> line.entry().id()).toList()));
    }

    private List<Tried> together(List<Attempt> found) {
        Map<RunId, Run> runs = new HashMap<>();
        table.find(found.stream().map(Attempt::run).distinct().toList()).forEach(run -> runs.put(run.id(), run));
        return found.stream()
                .filter(attempt -> runs.containsKey(attempt.run()))
                .map(attempt -> new Tried(java.util.Objects.requireNonNull(runs.get(attempt.run())), attempt))
                .toList();
    }

    /** What keeps something back tells nothing yet; what ends a hold of no run is only told where something moved. */
    private Optional<Line> line(
            Entry entry, AccountId account, long left, Known known, Partition partition, Locale locale) {
        if (entry.kind() == Entry.Kind.HOLD) {
            return Optional.empty();
        }
        long amount = amount(entry, account);
        Tried tried = entry.concerns() == null ? null : known.tried().get(entry.concerns());
        if (tried == null) {
            return amount == 0
                    ? Optional.empty()
                    : Optional.of(plain(
                            entry,
                            Optional.ofNullable(known.corrections().get(entry.id())),
                            known.words()
                                    .getOrDefault(entry.id(), Message.written(entry.reason()))
                                    .in(locale),
                            amount,
                            left));
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
                ending.map(end -> partition.rate(end.cores(), end.gpus())),
                ending.map(Attempt.Ending::state),
                ending.map(end -> end.reason().words().in(locale)),
                ending.map(end -> end.charge().site()),
                ending.map(end -> end.cents().orElse(0L))));
    }

    private static Line plain(Entry entry, Optional<UsageCorrection> correction, String words, long amount, long left) {
        return new Line(
                entry.at(),
                words,
                amount,
                left,
                correction.map(UsageCorrection::run),
                correction.map(UsageCorrection::attempt),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private List<Held> holds(AllocationId id) {
        return together(attempts.underWay(id, MOST_HOLDS)).stream()
                .map(tried -> new Held(
                        tried.run().id(),
                        tried.attempt().number(),
                        tried.run().name(),
                        tried.attempt().held(),
                        tried.attempt().expires()))
                .toList();
    }
}
