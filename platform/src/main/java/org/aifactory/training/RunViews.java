package org.aifactory.training;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Puts together what the world is told of runs. */
@Component
class RunViews {
    private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

    private final AttemptTable attempts;
    private final ReadingTable readings;
    private final RunRemains remains;
    private final Partitions partitions;
    private final Allocations allocations;
    private final Unheard unheard;
    private final JsonMapper json;
    private final InstantSource clock;

    RunViews(
            AttemptTable attempts,
            ReadingTable readings,
            RunRemains remains,
            Partitions partitions,
            Allocations allocations,
            Unheard unheard,
            JsonMapper json,
            InstantSource clock) {
        this.attempts = attempts;
        this.readings = readings;
        this.remains = remains;
        this.partitions = partitions;
        this.allocations = allocations;
        this.unheard = unheard;
        this.json = json;
        this.clock = clock;
    }

    RunView view(Run run, Locale locale) {
        return views(List.of(run), locale).getFirst();
    }

    /** In the same order, with as many statements for many as for one. */
    List<RunView> views(List<Run> some, Locale locale) {
        Map<RunId, List<Attempt>> tries =
                attempts.ofRuns(some.stream().map(Run::id).toList());
        Map<RunId, List<Remains>> left = remains.of(some);
        Map<AllocationId, Allocation> payers =
                some.stream().map(Run::allocation).distinct().collect(toMap(identity(), allocations::require));
        Map<PartitionId, Partition> places =
                some.stream().map(Run::partition).distinct().collect(toMap(identity(), partitions::require));
        return some.stream()
                .map(run -> view(
                        run,
                        Objects.requireNonNull(places.get(run.partition())),
                        Objects.requireNonNull(payers.get(run.allocation())),
                        Objects.requireNonNull(tries.get(run.id())),
                        left.getOrDefault(run.id(), List.of()),
                        locale))
                .toList();
    }

    private RunView view(
            Run run, Partition partition, Allocation payer, List<Attempt> tries, List<Remains> left, Locale locale) {
        Reason reason = unheard.instead(run, tries.getLast(), partition.machine())
                .orElseGet(() -> Runs.reason(run, tries.getLast()));
        return new RunView(
                run.id(),
                run.organisation(),
                run.submitter(),
                run.allocation(),
                new RunView.Place(partition.id(), partition.slug(), partition.name(), partition.unit()),
                run.project(),
                run.recipe(),
                run.name(),
                run.dataset(),
                run.base(),
                run.baseVersion(),
                new RunView.Share(run.resources()),
                run.state(),
                run.submitted(),
                run.started(),
                run.ended(),
                reason,
                reason.words().in(locale),
                budget(run, tries, partition, payer),
                run.charged(),
                forecastEnd(run, tries.getLast()),
                tries.getLast().continues(),
                run.state().mayResume() && run.recipe() != Recipe.SERVE,
                tries.stream().map(attempt -> attempt(attempt, locale)).toList(),
                left);
    }

    private RunView.Budget budget(Run run, List<Attempt> tries, Partition partition, Allocation payer) {
        Instant now = clock.instant();
        long amount = tries.stream()
                .mapToLong(attempt -> RunView.burning(attempt, run, partition, now))
                .sum();
        long held = tries.stream()
                .mapToLong(attempt -> attempt.ending()
                        .map(ending -> ending.charge().charged())
                        .orElse(attempt.held()))
                .sum();
        return new RunView.Budget(
                amount, held, partition.unit(), partition.inAllUnits(amount), cents(run, tries, partition, payer, now));
    }

    /** Of attempts that have ended what they were charged, of the last one what it costs up to now. */
    private static long cents(Run run, List<Attempt> tries, Partition partition, Allocation payer, Instant now) {
        long ended = tries.stream()
                .flatMap(attempt -> attempt.ending().flatMap(Attempt.Ending::cents).stream())
                .mapToLong(Long::longValue)
                .sum();
        if (tries.getLast().ending().isPresent()) {
            return ended;
        }
        long burning = RunView.burning(tries.getLast(), run, partition, now);
        return ended
                + payer.cost().map(cost -> cost.price().of(burning).value()).orElse(0L);
    }

    private RunView.Try attempt(Attempt attempt, Locale locale) {
        Optional<Attempt.Ending> ending = attempt.ending();
        return new RunView.Try(
                attempt.number(),
                attempt.job(),
                attempt.continued() > 0,
                attempt.held(),
                attempt.started(),
                ending.flatMap(Attempt.Ending::at),
                ending.map(Attempt.Ending::state),
                ending.flatMap(Attempt.Ending::exitStatus),
                seconds(attempt),
                ending.map(Attempt.Ending::cores).orElse(0),
                ending.map(Attempt.Ending::gpus).orElse(0),
                ending.map(known -> known.charge().charged()).orElse(0L),
                ending.map(known -> known.charge().site()).orElse(0L),
                ending.map(known -> known.reason().words().in(locale)));
    }

    static Optional<Long> seconds(Attempt attempt) {
        return attempt.started()
                .flatMap(started ->
                        attempt.ending().flatMap(Attempt.Ending::at).map(ended -> Charge.seconds(started, ended)));
    }

    /** As the program itself foresees it, and never later than it may run. */
    private Optional<Instant> forecastEnd(Run run, Attempt attempt) {
        if (run.state() != RunState.RUNNING || attempt.started().isEmpty()) {
            return Optional.empty();
        }
        Instant latest = attempt.started().get().plus(run.resources().wallTime());
        return readings.latest(run.id())
                .flatMap(metric -> number(values(metric).get("secondsLeft"))
                        .map(left -> metric.at().plus(Duration.ofMillis((long) (left * 1000)))))
                .filter(foreseen -> foreseen.isBefore(latest))
                .or(() -> Optional.of(latest));
    }

    private static Optional<Double> number(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() < 1e9
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }

    Map<String, Object> values(ReadingTable.Metric metric) {
        return json.readValue(metric.values(), VALUES);
    }
}
