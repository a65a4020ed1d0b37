package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.PartitionId;
import org.aifactory.training.Correction.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What machines foretell of the beginning of attempts, kept, and what such forecasts were worth. */
@Component
class Forecasts {
    private static final Logger LOG = LoggerFactory.getLogger(Forecasts.class);
    /** Older ones say little of how a machine is used now. */
    private static final int LATEST = 50;
    /** Foretelling takes a twentieth of the time at most; a machine whose queue takes long to look at is asked of some attempts only. */
    private static final int PAUSES = 19;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Map<PartitionId, Long> askedAgain = new ConcurrentHashMap<>();

    Forecasts(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Before a machine hears of an attempt. What cannot be foretold keeps nobody waiting. */
    void note(Attempt attempt, JobRequest job, MachineConnector machine) {
        long begin = System.nanoTime();
        if (begin - askedAgain.getOrDefault(job.partition(), begin) < 0) {
            return;
        }
        try {
            machine.expectedStart(job).ifPresent(start -> insert(attempt, job.partition(), start));
        } catch (MachineUnavailable away) {
            LOG.debug("Nothing is foretold of {}: {}", attempt.run(), away.getMessage());
        } catch (RuntimeException mistake) {
            LOG.warn("Nothing can be foretold of {}", attempt.run(), mistake);
        }
        long end = System.nanoTime();
        askedAgain.put(job.partition(), end + PAUSES * (end - begin));
    }

    /** Of one that is handed over again the first counts. */
    private void insert(Attempt attempt, PartitionId partition, Instant start) {
        Instant now = clock.instant();
        jdbc.sql("""
                insert into training.forecast (run, number, partition, made_at, wait_seconds)
                values (:run, :number, :partition, :now, :wait) on conflict do nothing
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("partition", partition.value())
                .param("now", RunTable.at(now))
                .param("wait", Math.max(0, Duration.between(now, start).toSeconds()))
                .update();
    }

    /** What the forecasts of a partition were worth; those count, too, that still wait and are late already. */
    Correction correction(PartitionId partition) {
        return Correction.of(jdbc.sql("""
                select forecast.wait_seconds,
                       extract(epoch from coalesce(attempt.started_at, :now) - forecast.made_at)::double precision as waited
                  from training.forecast join training.attempt using (run, number)
                 where forecast.partition = :partition
                   and (attempt.started_at is not null
                        or attempt.stage = 'SUBMITTED' and forecast.made_at + make_interval(secs => forecast.wait_seconds) < :now)
                 order by forecast.made_at desc limit :latest
                """)
                .param("partition", partition.value())
                .param("now", RunTable.at(clock.instant()))
                .param("latest", LATEST)
                .query((row, number) -> new Outcome(row.getLong("wait_seconds"), row.getDouble("waited")))
                .list());
    }

    /** How long so much of a partition takes that was promised to runs which its machine has not heard of yet. */
    Duration promised(PartitionId partition, int units) {
        long seconds = jdbc.sql("""
                select coalesce(sum(case when run.gpus > 0 then run.gpus else run.cores end * run.nodes * run.wall_seconds), 0)::bigint as seconds
                  from training.attempt join training.run on run.id = attempt.run
                 where attempt.stage in ('WAITING', 'SUBMITTING') and run.partition = :partition
                """)
                .param("partition", partition.value())
                .query(Long.class)
                .single();
        return Duration.ofSeconds(seconds / Math.max(1, units));
    }
}
