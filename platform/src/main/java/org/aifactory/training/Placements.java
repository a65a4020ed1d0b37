package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.data.Datasets;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.Fact;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.training.Estimates.Estimated;
import org.aifactory.training.Estimates.Size;
import org.aifactory.training.Placement.Candidate;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.Placement.Judged;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Finds the machine for a run whose allocation nobody named: asks all that the person may use what they would make of it, all at the same
 * time and none for long, and lets {@link Placement} decide.
 */
@Component
class Placements implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Placements.class);
    private static final int MOST_ALLOCATIONS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration TURN = Duration.ofSeconds(10);
    /** What may be otherwise with the next best machine, or when everybody is asked once more. */
    private static final Set<ProblemType> PASSING =
            EnumSet.of(ProblemType.NOT_ENOUGH_LEFT, ProblemType.NOT_NOW, ProblemType.UNAVAILABLE);

    private static final int TRIES = 3;

    private final Allocations allocations;
    private final Partitions partitions;
    private final Machines machines;
    private final Connectors connectors;
    private final Datasets datasets;
    private final Submission submission;
    private final Estimates estimates;
    private final Forecasts forecasts;
    private final InstantSource clock;
    private final Turns turns = new Turns(TURN);
    private final ExecutorService askers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("placement-", 0).factory());

    Placements(
            Allocations allocations,
            Partitions partitions,
            Machines machines,
            Connectors connectors,
            Datasets datasets,
            Submission submission,
            Estimates estimates,
            Forecasts forecasts,
            InstantSource clock) {
        this.allocations = allocations;
        this.partitions = partitions;
        this.machines = machines;
        this.connectors = connectors;
        this.datasets = datasets;
        this.submission = submission;
        this.estimates = estimates;
        this.forecasts = forecasts;
        this.clock = clock;
    }

    /** Writes a run down where the person said, or else where it is best. */
    Run submit(Actor actor, RunRequest request) {
        if (!(request.where() instanceof Where.Anywhere)) {
            return submission.submit(actor, request);
        }
        Optional<Run> known = submission.known(actor, request);
        for (int tries = 1; known.isEmpty(); tries++) {
            Found found = find(actor, request);
            Candidate best = found.decision().chosen().orElseThrow(found::refusal);
            try {
                known = Optional.of(submission.submit(
                        actor, request.on(best.allocation()), request.digest(), Optional.of(found.decision())));
            } catch (Problem refused) {
                // Somebody else was faster, or a machine has gone since it was asked.
                if (tries == TRIES || !PASSING.contains(refused.type())) {
                    throw refused;
                }
            }
        }
        return known.get();
    }

    /** What a run would come to; where several allocations could pay for it, all side by side. */
    Estimated estimate(Actor actor, RunRequest request, Locale locale) {
        boolean anywhere = request.where() instanceof Where.Anywhere;
        if (!anywhere && usable(actor).size() < 2) {
            return estimates.of(actor, request, locale);
        }
        Found found = find(actor, request);
        RunRequest there = anywhere
                ? request.on(
                        found.decision().chosen().orElseThrow(found::refusal).allocation())
                : request;
        return estimates.of(actor, there, locale).with(PlacementView.of(found.decision()));
    }

    /** What came of asking everybody. */
    private record Found(Decision decision, Map<AllocationId, Problem> refusals) {

        /** Where all say the same, that is what is wrong with the request. */
        Problem refusal() {
            List<Message> said = decision.candidates().stream()
                    .map(Judged::excluded)
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
            if (said.isEmpty()) {
                return Problem.of(ProblemType.NOT_NOW, "training.refused.no-allocation");
            }
            if (said.size() == 1 && refusals.size() == decision.candidates().size()) {
                return refusals.values().iterator().next();
            }
            List<Message> each = decision.candidates().stream()
                    .map(one -> Message.of(
                            "training.placement.each",
                            one.candidate().place(),
                            one.excluded().orElse(Message.NOTHING)))
                    .toList();
            List<Message> all = new ArrayList<>(List.of(Message.of("training.placement.why.none")));
            all.addAll(each);
            return Problem.of(ProblemType.AGAINST_RULES, Message.joined(all));
        }
    }

    /** What would be decided just now. */
    Decision look(Actor actor, RunRequest request) {
        return find(actor, request).decision();
    }

    private Found find(Actor actor, RunRequest request) {
        return turns.take(actor.person(), () -> ask(actor, request));
    }

    private Found ask(Actor actor, RunRequest request) {
        PlacementRules rules =
                request.where() instanceof Where.Anywhere(PlacementRules wished) ? wished : PlacementRules.NONE;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<Allocation, Future<Answer>> asked = new LinkedHashMap<>();
        for (Allocation allocation : usable(actor)) {
            asked.put(allocation, askers.submit(() -> answer(actor, request, allocation, now)));
        }
        long latest = System.nanoTime() + PATIENCE.toNanos();
        List<Candidate> candidates = new ArrayList<>();
        Map<AllocationId, Problem> refusals = new LinkedHashMap<>();
        asked.forEach((allocation, answer) -> {
            Answer given = await(allocation, answer, latest);
            candidates.add(given.candidate());
            given.refusal().ifPresent(refused -> refusals.put(allocation.id(), refused));
        });
        return new Found(Placement.decide(rules, candidates, now), refusals);
    }

    private List<Allocation> usable(Actor actor) {
        Instant now = clock.instant();
        return allocations.of(actor).stream()
                .filter(allocation -> allocation.state() == AllocationState.ACTIVE)
                .filter(allocation -> !now.isBefore(allocation.from()) && now.isBefore(allocation.until()))
                .filter(allocation -> actor.mayChange(allocation.organisation()))
                .limit(MOST_ALLOCATIONS)
                .toList();
    }

    private record Answer(Candidate candidate, Optional<Problem> refusal) {}

    /** Whoever does not answer in time is left alone with the question, whose answer nobody needs any more. */
    private Answer await(Allocation allocation, Future<Answer> answer, long latest) {
        try {
            return answer.get(Math.max(0, latest - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException silent) {
            Message slow = Message.of("training.placement.slow", PATIENCE.toSeconds());
            return new Answer(excluded(allocation, partitions.require(allocation.partition()), slow), Optional.empty());
        } catch (ExecutionException failure) {
            // One machine's odd answer is not the others' trouble.
            LOG.error("What {} would make of a run cannot be told", allocation.partition(), failure);
            Message odd = Message.of("training.placement.odd");
            return new Answer(excluded(allocation, partitions.require(allocation.partition()), odd), Optional.empty());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "training.refused.turn");
        }
    }

    private Answer answer(Actor actor, RunRequest request, Allocation allocation, Instant now) {
        Partition partition = partitions.require(allocation.partition());
        RunRequest there = request.on(allocation.id());
        try {
            submission.rehearse(actor, there);
            Size size = estimates.one(actor, there, Locale.ENGLISH);
            if (!size.fits()) {
                return new Answer(
                        excluded(allocation, partition, Message.of("training.estimate.does-not-fit")),
                        Optional.empty());
            }
            return new Answer(candidate(request, allocation, partition, size, now), Optional.empty());
        } catch (Problem refused) {
            return new Answer(excluded(allocation, partition, refused.message()), Optional.of(refused));
        } catch (MachineUnavailable away) {
            return new Answer(excluded(allocation, partition, away.sentence()), Optional.empty());
        }
    }

    private Candidate candidate(
            RunRequest request, Allocation allocation, Partition partition, Size size, Instant now) {
        long bytes = request.dataset()
                .map(version -> datasets.version(version).bytes())
                .orElse(0L);
        Duration transfer = connectors.of(partition.machine()).transfer(bytes);
        int units = partition.nodes() * partition.rate(partition.coresPerNode(), partition.gpusPerNode());
        return new Candidate(
                allocation.id(),
                allocation.project(),
                partition.id(),
                partition.name(),
                Optional.empty(),
                partitions.factory(partition).country(),
                gpu(partition),
                allocation.commercial() ? size.cents() : Optional.of(0L),
                size.kwh().doubleValue(),
                size.start()
                        .map(start -> Duration.between(now, start))
                        .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                        .map(wait -> wait.plus(forecasts.promised(partition.id(), units)))
                        .map(forecasts.correction(partition.id())::apply),
                transfer,
                Duration.ofSeconds(Math.round(size.minutes() * 60)));
    }

    private Candidate excluded(Allocation allocation, Partition partition, Message why) {
        return new Candidate(
                allocation.id(),
                allocation.project(),
                partition.id(),
                partition.name(),
                Optional.of(why),
                partitions.factory(partition).country(),
                gpu(partition),
                Optional.empty(),
                0,
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO);
    }

    /** As its factory has published it. */
    private Optional<String> gpu(Partition partition) {
        if (partition.kind() == PartitionKind.CPU) {
            return Optional.empty();
        }
        return partition.facts().stream()
                .filter(fact -> fact.what().equals("gpu-model"))
                .map(Fact::value)
                .findFirst()
                .or(() -> machines.require(partition.machine()).facts().stream()
                        .filter(fact -> fact.what().equals("gpu-model"))
                        .map(Fact::value)
                        .findFirst());
    }

    @Override
    public void destroy() {
        askers.shutdown();
    }
}
