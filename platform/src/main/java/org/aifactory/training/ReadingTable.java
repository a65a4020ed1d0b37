package org.aifactory.training;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.aifactory.database.Columns;
import org.aifactory.federation.PartitionId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** What was read of runs, in the database. */
@Component
class ReadingTable {
    /** Of one run; beyond it nothing is noted, and the file still has it all. */
    private static final int MOST_METRICS = 200_000;

    private static final int MOST_SAMPLES = 1000;

    private final JdbcClient jdbc;

    ReadingTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How far a file was read. */
    record Place(int attempt, long bytes, long lines) {}

    record Metric(long number, long step, Instant at, String values) {}

    record Sample(long number, Optional<Long> step, Instant at, String prompt, String text) {}

    /** Where to read on. A new attempt begins at the start, since it may have gone back in the file. */
    Place place(Attempt attempt, String file) {
        return jdbc.sql("select attempt, bytes, lines from training.reader where run = :run and file = :file")
                .param("run", attempt.run().value())
                .param("file", file)
                .query((row, number) -> new Place(row.getInt("attempt"), row.getLong("bytes"), row.getLong("lines")))
                .optional()
                .filter(place -> place.attempt() == attempt.number())
                .orElse(new Place(attempt.number(), 0, 0));
    }

    /** Notes how far a file was read; false where somebody else has read on meanwhile. */
    boolean move(Attempt attempt, String file, Place from, long bytes, long lines) {
        return jdbc.sql("""
                insert into training.reader (run, file, attempt, bytes, lines) values (:run, :file, :attempt, :bytes, :lines)
                on conflict (run, file) do update set attempt = excluded.attempt, bytes = excluded.bytes, lines = excluded.lines
                 where reader.attempt < excluded.attempt or reader.attempt = excluded.attempt and reader.bytes = :before
                """)
                        .param("run", attempt.run().value())
                        .param("file", file)
                        .param("attempt", attempt.number())
                        .param("bytes", from.bytes() + bytes)
                        .param("lines", from.lines() + lines)
                        .param("before", from.bytes())
                        .update()
                == 1;
    }

    /** @param metrics by their steps, as JSON */
    void add(RunId run, Map<Long, String> metrics, Instant now) {
        if (metrics.isEmpty()) {
            return;
        }
        jdbc.sql("""
                insert into training.metric (run, step, number, at, values)
                select :run, line.step, nextval('training.reading'), :now, line.content::jsonb
                  from (select * from unnest(:steps::bigint[], :contents::text[]) with ordinality as line (step, content, place)
                         order by place) as line
                 where (select count(*) from training.metric where run = :run) < :most
                on conflict (run, step) do update set number = excluded.number, at = excluded.at, values = excluded.values
                 where metric.values <> excluded.values
                """)
                .param("run", run.value())
                .param("now", RunTable.at(now))
                .param("steps", new SqlArrayValue("bigint", metrics.keySet().toArray()))
                .param("contents", new SqlArrayValue("text", metrics.values().toArray()))
                .param("most", MOST_METRICS)
                .update();
    }

    /** Those for which there is no room are passed over at once: a program may write millions. */
    void add(RunId run, List<Sample> samples) {
        if (samples.isEmpty()) {
            return;
        }
        Set<Long> noted = jdbc.sql("select number from training.sample where run = :run")
                .param("run", run.value())
                .query((row, line) -> row.getLong("number"))
                .set();
        for (Sample sample : samples) {
            if (noted.size() >= MOST_SAMPLES && !noted.contains(sample.number())) {
                continue;
            }
            noted.add(sample.number());
            jdbc.sql("""
                    insert into training.sample (run, number, step, at, prompt, text)
                    values (:run, :number, :step, :at, :prompt, :text)
                    on conflict (run, number) do update set step = excluded.step, prompt = excluded.prompt, text = excluded.text
                    """)
                    .param("run", run.value())
                    .param("number", sample.number())
                    .param("step", sample.step().orElse(null), java.sql.Types.BIGINT)
                    .param("at", RunTable.at(sample.at()))
                    .param("prompt", sample.prompt())
                    .param("text", sample.text())
                    .update();
        }
    }

    /** In the order in which they were noted. */
    List<Metric> metrics(RunId run, long after, int most) {
        return jdbc.sql("""
                select * from training.metric where run = :run and number > :after order by number limit :most
                """)
                .param("run", run.value())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> metric(row))
                .list();
    }

    /**
     * Some of them, by their steps: at most so many of those that measured the text held out, and as many of the others, evenly; the first
     * and the last of both.
     */
    List<Metric> thinned(RunId run, int most) {
        return jdbc.sql("""
                select step, number, at, values
                  from (select line.*, row_number() over same as place, count(*) over (partition by held_out) as all_of_them
                          from (select *, coalesce(jsonb_typeof(values -> 'bitsPerByte') = 'number', false) as held_out
                                  from training.metric where run = :run) as line
                        window same as (partition by held_out order by step)) as numbered
                 where place = 1 or place = all_of_them or place % greatest(1, (all_of_them + :most - 1) / :most) = 0
                 order by step
                """)
                .param("run", run.value())
                .param("most", most)
                .query((row, number) -> metric(row))
                .list();
    }

    /** Bits per byte of the text that is not learned from. */
    Optional<Double> latestHeldOut(RunId run) {
        return jdbc.sql("""
                select (values ->> 'bitsPerByte')::double precision as bits from training.metric
                 where run = :run and jsonb_typeof(values -> 'bitsPerByte') = 'number' order by step desc limit 1
                """)
                .param("run", run.value())
                .query((row, number) -> row.getDouble("bits"))
                .optional();
    }

    Optional<Double> firstLoss(RunId run) {
        return jdbc.sql("""
                select (values ->> 'loss')::double precision as loss from training.metric
                 where run = :run and jsonb_typeof(values -> 'loss') = 'number' order by step limit 1
                """)
                .param("run", run.value())
                .query((row, number) -> row.getDouble("loss"))
                .optional();
    }

    /** The one of the highest step. */
    Optional<Metric> latest(RunId run) {
        return jdbc.sql("select * from training.metric where run = :run order by step desc limit 1")
                .param("run", run.value())
                .query((row, number) -> metric(row))
                .optional();
    }

    /**
     * How many floating-point operations a second a core (a GPU where a run had some) of a partition has reached in training: the median
     * of the latest runs. Empty where none has trained there.
     */
    OptionalDouble speed(PartitionId partition) {
        return jdbc.sql("""
                select percentile_cont(0.5) within group (order by speed) as speed
                  from (select (last.values ->> 'flopsPerSecond')::double precision
                               / (run.nodes * case when run.gpus > 0 then run.gpus else run.cores end) as speed
                          from training.run
                          join lateral (select values from training.metric where metric.run = run.id order by step desc limit 1) as last
                            on true
                         where run.partition = :partition and run.recipe in ('CHATBOT', 'FINETUNE')
                           and jsonb_typeof(last.values -> 'flopsPerSecond') = 'number'
                         order by run.number desc limit 20) as latest
                 where speed > 0
                """)
                .param("partition", partition.value())
                .query((row, number) -> Optional.ofNullable(row.getObject("speed", Double.class)))
                .single()
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    List<Sample> samples(RunId run, long after, int most) {
        return jdbc.sql("""
                select * from training.sample where run = :run and number > :after order by number limit :most
                """)
                .param("run", run.value())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> sample(row))
                .list();
    }

    /** The last first. */
    List<Sample> latestSamples(RunId run, int most) {
        return jdbc.sql("select * from training.sample where run = :run order by number desc limit :most")
                .param("run", run.value())
                .param("most", most)
                .query((row, number) -> sample(row))
                .list();
    }

    private static Sample sample(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Sample(
                row.getLong("number"),
                Optional.ofNullable(row.getObject("step", Long.class)),
                Columns.instant(row, "at"),
                row.getString("prompt"),
                row.getString("text"));
    }

    private static Metric metric(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Metric(
                row.getLong("number"), row.getLong("step"), Columns.instant(row, "at"), row.getString("values"));
    }
}
