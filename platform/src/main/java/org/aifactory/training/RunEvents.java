package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.JobLog;
import org.aifactory.identity.Actor;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/**
 * Runs as they go, as server-sent events: {@code state}, {@code metric}, {@code sample}, {@code log} and at last {@code end}. The id of an
 * event says how much the reader has; one who was cut off sends it as {@code Last-Event-ID} and misses nothing.
 */
@RestController
class RunEvents implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RunEvents.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Also how soon it is noticed that a reader has gone, and their place is free. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    /** A reader comes back by itself; one that was forgotten somewhere does not. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private static final int METRICS_AT_ONCE = 500;
    private static final int SAMPLES_AT_ONCE = 50;
    private static final int LOG_AT_ONCE = 1 << 16;
    /** Who begins to read sees so much of the end of the log. */
    private static final int LOG_AT_FIRST = 1 << 14;

    private final Runs runs;
    private final RunViews views;
    private final ReadingTable readings;
    private final People people;
    private final Places places;
    private volatile boolean running;

    RunEvents(Runs runs, RunViews views, ReadingTable readings, People people, TrainingSettings settings) {
        this.runs = runs;
        this.views = views;
        this.readings = readings;
        this.people = people;
        this.places = new Places(settings.mostStreams(), settings.mostStreamsEach());
    }

    /** How much a reader has. */
    private record Seen(long metric, long sample, long log) {

        /**
         * @param word as a reader who was cut off sends it; for others of the log the end alone
         * @param after the last metric that whoever begins to read has
         */
        static Seen parse(String word, long after) {
            String[] parts = word.split(":", -1);
            try {
                return parts.length == 3
                        ? new Seen(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]))
                        : new Seen(after, 0, -1);
            } catch (NumberFormatException foreign) {
                return new Seen(after, 0, -1);
            }
        }

        String id() {
            return metric + ":" + sample + ":" + log;
        }
    }

    /** @param after the number of the last metric that the reader has already */
    @Operation(summary = "Follow a run: server-sent events state, metric, sample, log and end")
    @GetMapping(path = "/api/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "0") long after,
            @RequestHeader(name = "Last-Event-ID", defaultValue = "") String last,
            Locale locale) {
        Run run = runs.find(actor, new RunId(id));
        places.take(actor.person(), run.id());
        SseEmitter emitter = new SseEmitter(0L);
        Follower follower = new Follower(emitter, actor.person(), run.id(), Seen.parse(last, after), locale);
        emitter.onError(failure -> follower.gone = true);
        emitter.onCompletion(() -> follower.gone = true);
        Thread.ofVirtual().name("follow-" + id).start(() -> {
            try {
                follower.follow();
            } finally {
                places.free(actor.person());
            }
        });
        return emitter;
    }

    /** How many read, and for whom, so that nobody takes all the places there are. */
    static final class Places {
        private final int most;
        private final int mostEach;
        private final Map<PersonId, Integer> taken = new HashMap<>();
        private int all;

        Places(int most, int mostEach) {
            this.most = most;
            this.mostEach = mostEach;
        }

        /** @throws Problem where there is none left, for this person or at all */
        synchronized void take(PersonId person, RunId run) {
            int theirs = taken.getOrDefault(person, 0);
            if (theirs >= mostEach) {
                throw Problem.of(
                        ProblemType.TOO_MANY_ATTEMPTS,
                        "training.refused.places",
                        mostEach,
                        SIGN_OF_LIFE.toSeconds(),
                        run.toString());
            }
            if (all >= most) {
                throw Problem.of(ProblemType.UNAVAILABLE, "training.refused.watchers", run.toString());
            }
            taken.put(person, theirs + 1);
            all++;
        }

        synchronized void free(PersonId person) {
            int left = taken.getOrDefault(person, 0) - 1;
            if (left > 0) {
                taken.put(person, left);
            } else {
                taken.remove(person);
            }
            all--;
        }
    }

    /** One reader. */
    private final class Follower {
        private final SseEmitter emitter;
        private final PersonId reader;
        private final RunId run;
        private final Locale locale;
        private Seen seen;
        private Optional<RunView> told = Optional.empty();
        private long lastWord = System.nanoTime();
        private volatile boolean gone;

        Follower(SseEmitter emitter, PersonId reader, RunId run, Seen seen, Locale locale) {
            this.emitter = emitter;
            this.reader = reader;
            this.run = run;
            this.seen = seen;
            this.locale = locale;
        }

        void follow() {
            long end = System.nanoTime() + LONGEST.toNanos();
            try {
                while (running && !gone && System.nanoTime() < end) {
                    // Asked before the rest, so that what is said last is the end.
                    RunView view = views.view(found(), locale);
                    boolean ended = view.state().hasEnded();
                    tellReadings(ended);
                    if (ended) {
                        send("end", view);
                        break;
                    }
                    if (told.filter(before -> saysTheSame(before, view)).isEmpty()) {
                        send("state", view);
                        told = Optional.of(view);
                    }
                    if (System.nanoTime() - lastWord > SIGN_OF_LIFE.toNanos()) {
                        emitter.send(SseEmitter.event().comment("still here"));
                        lastWord = System.nanoTime();
                    }
                    Thread.sleep(LOOK_EVERY);
                }
                emitter.complete();
            } catch (IOException | IllegalStateException readerGone) {
                emitter.completeWithError(readerGone);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (Problem notTheirsAnyMore) {
                emitter.complete();
            } catch (RuntimeException failure) {
                LOG.warn("Run {} cannot be followed just now", run, failure);
                emitter.complete();
            }
        }

        /** Whoever has left the organisation meanwhile sees nothing more of it. */
        private Run found() {
            Actor actor = people.actor(reader).orElseThrow(() -> Problem.notFound("run", run));
            return runs.find(actor, run);
        }

        private static boolean saysTheSame(RunView one, RunView other) {
            return one.state() == other.state()
                    && one.words().equals(other.words())
                    && one.attempts().size() == other.attempts().size();
        }

        /** @param all whether nothing more will come, so that all there is is to be told */
        private void tellReadings(boolean all) throws IOException {
            boolean more = true;
            while (more && !gone) {
                int told = tellMetrics() + tellSamples() + tellLog();
                more = all && told > 0;
            }
        }

        private int tellMetrics() throws IOException {
            List<ReadingTable.Metric> metrics = readings.metrics(run, seen.metric(), METRICS_AT_ONCE);
            for (ReadingTable.Metric metric : metrics) {
                seen = new Seen(metric.number(), seen.sample(), seen.log());
                send("metric", new RunsApi.Metric(metric.number(), metric.step(), metric.at(), views.values(metric)));
            }
            return metrics.size();
        }

        private int tellSamples() throws IOException {
            List<ReadingTable.Sample> samples = readings.samples(run, seen.sample(), SAMPLES_AT_ONCE);
            for (ReadingTable.Sample sample : samples) {
                seen = new Seen(seen.metric(), sample.number(), seen.log());
                send("sample", sample);
            }
            return samples.size();
        }

        private int tellLog() throws IOException {
            long from = seen.log() < 0 ? -LOG_AT_FIRST : seen.log();
            JobLog log = runs.log(run, from, LOG_AT_ONCE);
            // A new attempt begins a new log.
            if (log.size() < seen.log()) {
                log = runs.log(run, 0, LOG_AT_ONCE);
            }
            if (log.bytes().length == 0) {
                return 0;
            }
            seen = new Seen(seen.metric(), seen.sample(), log.next());
            send(
                    "log",
                    Map.of(
                            "from", log.from(),
                            "next", log.next(),
                            "size", log.size(),
                            "text", new String(log.bytes(), StandardCharsets.UTF_8)));
            return log.bytes().length;
        }

        private void send(String name, Object data) throws IOException {
            SseEventBuilder event = SseEmitter.event().id(seen.id()).name(name).data(data, MediaType.APPLICATION_JSON);
            emitter.send(event);
            lastWord = System.nanoTime();
        }
    }

    @Override
    public void start() {
        running = true;
    }

    /** Readers are let go before the server stops, which would wait for them. */
    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
