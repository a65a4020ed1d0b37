package org.aifactory.federation.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.local.Queue.Turn;
import org.aifactory.federation.local.Rules.Part;
import org.aifactory.federation.local.Rules.Window;
import org.aifactory.federation.local.Slots.Slot;

/** Random days on a computer: jobs come, wait, run as long as they asked, and end. */
class QueueTest {
    private static final Instant MORNING = Instant.parse("2027-03-01T09:00:00Z");
    private static final PartitionId PARTITION = PartitionId.random();
    private static final int CORES = 8;
    private static final int GPUS = 3;
    private static final long MEMORY = 1000;
    private static final Computer COMPUTER = new Computer(
            IntStream.range(4, 4 + CORES).boxed().toList(),
            IntStream.range(0, GPUS).boxed().toList(),
            MEMORY);

    record Wish(int minutesAfter, int cores, int gpus, long memory, int minutes) {}

    @Provide
    Arbitrary<List<Wish>> days() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, CORES),
                        Arbitraries.integers().between(0, GPUS),
                        Arbitraries.longs().between(1, MEMORY),
                        Arbitraries.integers().between(1, 20))
                .as(Wish::new)
                .list()
                .ofMaxSize(30);
    }

    @Property(tries = 200)
    void no_core_gpu_or_byte_is_given_twice_and_whoever_came_first_starts_first(
            @ForAll("days") List<Wish> wishes, @ForAll boolean maintenance) {
        Day day = new Day(maintenance ? List.of(window(10, 30), window(35, 36)) : List.of());
        for (Wish wish : wishes) {
            day.pass(wish.minutesAfter());
            day.submit(wish);
        }
        day.passUntilAllEnded();

        List<Instant> starts =
                day.jobs.stream().map(job -> job.started().orElseThrow()).toList();
        if (!maintenance) {
            assertThat(starts).isSorted();
        }
        day.jobs.forEach(job -> assertThat(
                        day.rules.inTheWay(job.request(), job.started().orElseThrow()))
                .isEmpty());
    }

    @Property(tries = 200)
    void a_job_starts_when_it_was_told_if_all_take_the_time_they_asked_for(@ForAll("days") List<Wish> wishes) {
        Day day = new Day(List.of());
        List<Instant> told = new ArrayList<>();
        for (Wish wish : wishes) {
            day.pass(wish.minutesAfter());
            told.add(day.expectedStart(wish));
            day.submit(wish);
        }
        day.passUntilAllEnded();
        assertThat(day.jobs.stream().map(job -> job.started().orElseThrow())).isEqualTo(told);
    }

    private static Window window(int from, int until) {
        return new Window(MORNING.plus(Duration.ofMinutes(from)), MORNING.plus(Duration.ofMinutes(until)));
    }

    /** A clock that goes on minute by minute, and the jobs of a day. */
    private static final class Day {
        final Rules rules;
        final List<LocalJob> jobs = new ArrayList<>();
        private Instant now = MORNING;

        Day(List<Window> windows) {
            rules = new Rules(Map.of(PARTITION, new Part(PartitionKind.CPU, true, Optional.empty())), windows);
        }

        void submit(Wish wish) {
            jobs.add(job(request(wish), JobState.QUEUED, Slot.NONE, Optional.empty()));
            startWhoIsNext();
        }

        Instant expectedStart(Wish wish) {
            return Queue.expectedStart(request(wish), underWay(), COMPUTER, rules, now)
                    .orElseThrow();
        }

        void pass(int minutes) {
            for (int minute = 0; minute < minutes; minute++) {
                now = now.plus(Duration.ofMinutes(1));
                jobs.replaceAll(job -> job.state() == JobState.RUNNING && !end(job).isAfter(now)
                        ? job(job.request(), JobState.SUCCEEDED, job.slot(), job.started())
                        : job);
                startWhoIsNext();
            }
        }

        void passUntilAllEnded() {
            for (int minute = 0; !underWay().isEmpty(); minute++) {
                assertThat(minute).as("somebody waits forever: %s", underWay()).isLessThan(2000);
                pass(1);
            }
        }

        private void startWhoIsNext() {
            Queue.turns(underWay(), COMPUTER, rules, now).forEach((job, turn) -> {
                if (turn instanceof Turn.Start(Slot slot)) {
                    jobs.replaceAll(other -> other.key().equals(job.key())
                            ? job(job.request(), JobState.RUNNING, slot, Optional.of(now))
                            : other);
                }
            });
            checkSlots();
        }

        private void checkSlots() {
            List<LocalJob> running = underWay().stream()
                    .filter(job -> job.state() == JobState.RUNNING)
                    .toList();
            Set<Integer> cores = new HashSet<>(COMPUTER.cores());
            Set<Integer> gpus = new HashSet<>(COMPUTER.gpus());
            for (LocalJob job : running) {
                assertThat(job.slot().cores()).hasSize(job.request().cores()).allMatch(cores::remove);
                assertThat(job.slot().gpus()).hasSize(job.request().gpus()).allMatch(gpus::remove);
            }
            assertThat(running.stream()
                            .mapToLong(job -> job.request().memoryBytes())
                            .sum())
                    .isLessThanOrEqualTo(MEMORY);
        }

        private List<LocalJob> underWay() {
            return jobs.stream().filter(job -> !job.state().hasEnded()).toList();
        }

        private static Instant end(LocalJob job) {
            return job.started().orElseThrow().plus(job.request().wallTime());
        }

        private static LocalJob job(JobRequest request, JobState state, Slot slot, Optional<Instant> started) {
            return new LocalJob(
                    request,
                    0,
                    state,
                    MORNING,
                    Optional.empty(),
                    Optional.empty(),
                    slot,
                    started,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private static JobRequest request(Wish wish) {
            return new JobRequest(
                    JobKey.random(),
                    PARTITION,
                    List.of("true"),
                    Map.of(),
                    Map.of(),
                    Path.of("/"),
                    List.of(),
                    wish.cores(),
                    wish.gpus(),
                    wish.memory(),
                    Duration.ofMinutes(wish.minutes()),
                    true);
        }
    }
}
