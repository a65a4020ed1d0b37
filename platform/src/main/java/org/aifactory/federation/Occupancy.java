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
import org.aifactory.federation.Machine.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What is free on the machines, as pages show it.
 *
 * <p>Everybody may open these pages, and a supercomputer may be slow or silent: it is asked by one at a time, its answer is good for a
 * while, and nobody waits long for it.
 */
@Component
class Occupancy {
    private static final Logger LOG = LoggerFactory.getLogger(Occupancy.class);
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

    /** @param asked by {@link System#nanoTime} */
    private record Question(long asked, CompletableFuture<Answer> answer) {
        boolean isGood(Instant now) {
            return !answer.isDone() || now.isBefore(answer.join().at().plus(FRESH));
        }
    }

    private record Answer(Instant at, Optional<Capacity> capacity) {}

    /** Asks, where a machine is to be asked; so that many are asked side by side before the first answer is waited for. */
    void ask(Machine machine, PartitionId partition) {
        if (machine.connection() == Connection.SLURM) {
            question(machine.id(), partition);
        }
    }

    /** What of a partition is free; empty where nobody can say it now. */
    Optional<Capacity> now(Machine machine, PartitionId partition) {
        return switch (machine.connection()) {
            case NONE -> Optional.empty();
            case LOCAL -> capacity(machine.id(), partition);
            case SLURM -> await(question(machine.id(), partition));
        };
    }

    private Question question(MachineId machine, PartitionId partition) {
        Instant now = clock.instant();
        return questions.compute(
                partition, (key, last) -> last != null && last.isGood(now) ? last : begin(machine, partition));
    }

    private Question begin(MachineId machine, PartitionId partition) {
        return new Question(
                System.nanoTime(),
                CompletableFuture.supplyAsync(
                        () -> {
                            Optional<Capacity> capacity = capacity(machine, partition);
                            return new Answer(clock.instant(), capacity);
                        },
                        askers));
    }

    private Optional<Capacity> capacity(MachineId machine, PartitionId partition) {
        try {
            return Optional.of(connectors.of(machine).capacity(partition));
        } catch (MachineUnavailable silent) {
            return Optional.empty();
        } catch (RuntimeException mistake) {
            LOG.warn("What is free on partition {} cannot be understood", partition, mistake);
            return Optional.empty();
        }
    }

    /** Whoever comes later waits for less: of a silent machine nobody knows anything sooner by waiting again. */
    private static Optional<Capacity> await(Question question) {
        long left = question.asked() + PATIENCE.toNanos() - System.nanoTime();
        try {
            return question.answer()
                    .get(Math.max(0, left), TimeUnit.NANOSECONDS)
                    .capacity();
        } catch (TimeoutException | ExecutionException unknown) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
