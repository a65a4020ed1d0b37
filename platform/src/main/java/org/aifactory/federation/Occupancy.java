package org.aifactory.federation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/**
 * What is free on the machines, as pages show it.
 *
 * <p>Everybody may open these pages, and a supercomputer may be slow or silent: it is asked by one at a time, its answer is good for a
 * while, and nobody waits long for it.
 */
@Component
class Occupancy {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Connectors connectors;
    private final InstantSource clock;
    private final Executor askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<PartitionId, Question> questions = new ConcurrentHashMap<>();

    Occupancy(Connectors connectors, InstantSource clock) {
        this.connectors = connectors;
        this.clock = clock;
    }

    private record Question(Instant asked, CompletableFuture<Optional<Capacity>> answer) {
        boolean isGood(Instant now) {
            return !answer.isDone() || now.isBefore(asked.plus(FRESH));
        }
    }

    /** What of a partition is free; empty where nobody can say it now. */
    Optional<Capacity> now(Machine machine, PartitionId partition) {
        return switch (machine.connection()) {
            case NONE -> Optional.empty();
            case LOCAL -> ask(machine.id(), partition);
            case SLURM -> await(question(machine.id(), partition));
        };
    }

    private CompletableFuture<Optional<Capacity>> question(MachineId machine, PartitionId partition) {
        Instant now = clock.instant();
        return questions
                .compute(
                        partition,
                        (key, last) -> last != null && last.isGood(now)
                                ? last
                                : new Question(
                                        now, CompletableFuture.supplyAsync(() -> ask(machine, partition), askers)))
                .answer();
    }

    private Optional<Capacity> ask(MachineId machine, PartitionId partition) {
        try {
            return Optional.of(connectors.of(machine).capacity(partition));
        } catch (MachineUnavailable silent) {
            return Optional.empty();
        }
    }

    private static Optional<Capacity> await(CompletableFuture<Optional<Capacity>> answer) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException unknown) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
