package org.aifactory.federation.local;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.Outlook;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.federation.local.Slots.Slot;

/**
 * Who is next: first come, first served. A job that does not fit yet makes all after it wait, so that no large one waits forever; one
 * that may not start yet, because its partition is closed or maintenance is near, steps aside.
 */
final class Queue {
    private Queue() {}

    /** What is to be done with a job that waits. */
    sealed interface Turn {
        record Start(Slot slot) implements Turn {}

        record Wait(Reason reason) implements Turn {}
    }

    /**
     * Whose turn it is now.
     *
     * @param underWay all jobs that wait or run, in order of arrival
     * @return one turn for each that waits, in order
     */
    static Map<LocalJob, Turn> turns(List<LocalJob> underWay, Computer computer, Rules rules, Instant now) {
        Slots free = free(underWay, computer);
        Map<LocalJob, Turn> turns = new LinkedHashMap<>();
        int before = 0;
        for (LocalJob job : underWay) {
            if (!job.waits()) {
                continue;
            }
            Optional<Reason> heldBack = rules.holdsBack(job.request(), now);
            if (heldBack.isPresent()) {
                turns.put(job, new Turn.Wait(heldBack.get()));
            } else if (before > 0) {
                turns.put(job, new Turn.Wait(Reason.of(Kind.BEHIND_OTHERS, before++)));
            } else {
                Optional<Reason> lack = free.lacks(job.request());
                turns.put(job, lack.<Turn>map(Turn.Wait::new).orElseGet(() -> start(free, job)));
                before = lack.isPresent() ? 1 : 0;
            }
        }
        return turns;
    }

    private static Turn start(Slots free, LocalJob job) {
        return new Turn.Start(free.take(job.request()).orElseThrow());
    }

    /** What the jobs that run leave free. */
    static Slots free(List<LocalJob> underWay, Computer computer) {
        Slots free = new Slots(computer);
        underWay.stream().map(LocalJob::slot).forEach(free::occupy);
        return free;
    }

    private record Ending(Instant at, Slot slot) {}

    /** When a job would start that came now, if every job took all the time it asked for; empty where it never would. */
    static Optional<Instant> expectedStart(
            JobRequest job, List<LocalJob> underWay, Computer computer, Rules rules, Instant now) {
        PriorityQueue<Ending> endings = new PriorityQueue<>(Comparator.comparing(Ending::at));
        List<JobRequest> waiting = new ArrayList<>();
        for (LocalJob other : underWay) {
            if (other.waits()) {
                waiting.add(other.request());
            } else {
                Instant end = other.started().orElse(now).plus(other.request().wallTime());
                endings.add(new Ending(end, other.slot()));
            }
        }
        waiting.removeIf(other -> isClosed(rules, other));
        waiting.add(job);
        return isClosed(rules, job) ? Optional.empty() : start(waiting, endings, free(underWay, computer), rules, now);
    }

    /** What is foretold of a job that waits, from those that are before it. */
    static Optional<Outlook> outlook(JobKey key, List<LocalJob> underWay, Computer computer, Rules rules, Instant now) {
        List<LocalJob> before = new ArrayList<>();
        int waiting = 0;
        for (LocalJob job : underWay) {
            if (job.key().equals(key)) {
                return job.waits()
                        ? Optional.of(outlook(job, before, waiting, underWay, computer, rules, now))
                        : Optional.empty();
            }
            before.add(job);
            waiting += job.waits() ? 1 : 0;
        }
        return Optional.empty();
    }

    /** Those that run count also where they came later, as they did past one that may not start yet. */
    private static Outlook outlook(
            LocalJob job,
            List<LocalJob> before,
            int waiting,
            List<LocalJob> underWay,
            Computer computer,
            Rules rules,
            Instant now) {
        List<LocalJob> inTheWay = new ArrayList<>(before);
        underWay.stream().skip(before.size()).filter(other -> !other.waits()).forEach(inTheWay::add);
        return new Outlook(waiting, expectedStart(job.request(), inTheWay, computer, rules, now));
    }

    private static boolean isClosed(Rules rules, JobRequest job) {
        Rules.Part part = rules.partitions().get(job.partition());
        return part == null || !part.open();
    }

    private static Optional<Instant> start(
            List<JobRequest> jobs, PriorityQueue<Ending> endings, Slots free, Rules rules, Instant now) {
        Instant time = now;
        for (JobRequest job : jobs) {
            time = release(endings, free, time);
            while (free.lacks(job).isPresent()) {
                Ending next = endings.peek();
                if (next == null) {
                    return Optional.empty();
                }
                time = release(endings, free, next.at().isAfter(time) ? next.at() : time);
            }
            for (var window = rules.inTheWay(job, time); window.isPresent(); window = rules.inTheWay(job, time)) {
                time = release(endings, free, window.get().until());
            }
            Slot slot = free.take(job).orElseThrow();
            endings.add(new Ending(time.plus(job.wallTime()), slot));
        }
        return Optional.of(time);
    }

    private static Instant release(PriorityQueue<Ending> endings, Slots free, Instant time) {
        for (Ending next = endings.peek(); next != null && !next.at().isAfter(time); next = endings.peek()) {
            free.release(endings.remove().slot());
        }
        return time;
    }
}
