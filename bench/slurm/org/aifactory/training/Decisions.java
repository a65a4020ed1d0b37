package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.aifactory.access.AllocationId;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.slurm.TrialQueues;
import org.aifactory.training.Correction.Outcome;
import org.aifactory.training.Placement.Candidate;

/**
 * Decisions per second where a run goes, {@code Decisions SITES WAITING SECONDS}: each asks every site's queue when the run would begin,
 * corrects that, and judges all. Prints {@code queues, seconds: NUMBER} for making the queues anew, and {@code decisions per second: NUMBER}.
 */
public final class Decisions {
    private record Site(
            TrialQueues queue, Correction correction, AllocationId allocation, PartitionId partition, String name) {}

    private Decisions() {}

    public static void main(String[] words) {
        int count = Integer.parseInt(words[0]);
        int waiting = Integer.parseInt(words[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(words[2]));
        Instant now = Instant.parse("2026-11-27T12:00:00Z");
        List<Site> sites = List.of();
        double making = 0;
        // Java compiles what is used often; the last counts.
        for (int round = 0; round < 5; round++) {
            long begin = System.nanoTime();
            sites = IntStream.range(0, count)
                    .mapToObj(number -> site(number, waiting / count, now))
                    .toList();
            making = (System.nanoTime() - begin) / 1e9;
        }
        System.out.println("queues, seconds: " + making);
        perSecond(sites, time.dividedBy(2), now);
        System.out.println("decisions per second: " + perSecond(sites, time, now));
    }

    private static Site site(int number, int waiting, Instant now) {
        Random random = new Random(number);
        List<Outcome> outcomes = random.doubles(50, 60, 86_400)
                .mapToObj(foretold -> new Outcome(foretold, foretold * random.nextDouble()))
                .toList();
        return new Site(
                TrialQueues.of(waiting, number, now),
                Correction.of(outcomes),
                new AllocationId(new UUID(1, number)),
                new PartitionId(new UUID(2, number)),
                "site-" + number);
    }

    private static double perSecond(List<Site> sites, Duration time, Instant now) {
        Random random = new Random(1);
        long begin = System.nanoTime();
        long decided = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            int cores = 1 + random.nextInt(64);
            List<Candidate> candidates = new ArrayList<>(sites.size());
            for (Site site : sites) {
                candidates.add(candidate(site, cores, now));
            }
            if (Placement.decide(PlacementRules.NONE, candidates, now).chosen().isEmpty()) {
                throw new IllegalStateException("Every site could take it.");
            }
            decided++;
        }
        return decided / ((System.nanoTime() - begin) / 1e9);
    }

    private static Candidate candidate(Site site, int cores, Instant now) {
        return new Candidate(
                site.allocation(),
                "project",
                site.partition(),
                site.name(),
                Optional.empty(),
                Optional.of("FI"),
                Optional.empty(),
                Optional.of(0L),
                1,
                site.queue().start(cores).map(start -> Duration.between(now, start)).map(site.correction()::apply),
                Duration.ZERO,
                Duration.ofHours(1));
    }
}
