package org.aifactory.training;

import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.training.Remains.Part;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/** What is gone of ended runs, in the database. */
@Component
class RemainsTable {
    private final JdbcClient jdbc;

    RemainsTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A run that has ended, for reading on after it. */
    record Ended(RunId run, Instant at) {
        static final Ended FIRST = new Ended(new RunId(new UUID(0, 0)), Instant.EPOCH);
    }

    /** Runs that ended before a time and still have a part, those that ended first. */
    List<Ended> having(Part part, Instant before, Ended after, int most) {
        return jdbc.sql("""
                select id, ended_at from training.run
                 where ended_at < :before and (ended_at, id) > (:at, :id)
                   and not exists (select from training.cleared where cleared.run = run.id and cleared.part = :part)
                 order by ended_at, id limit :most
                """)
                .param("before", RunTable.at(before))
                .param("at", RunTable.at(after.at()))
                .param("id", after.run().value())
                .param("part", part.name())
                .param("most", most)
                .query((row, number) ->
                        new Ended(new RunId(row.getObject("id", UUID.class)), Columns.instant(row, "ended_at")))
                .list();
    }

    void cleared(RunId run, Part part, long bytes, Instant now) {
        jdbc.sql("""
                insert into training.cleared (run, part, at, bytes) values (:run, :part, :now, :bytes) on conflict do nothing
                """)
                .param("run", run.value())
                .param("part", part.name())
                .param("now", RunTable.at(now))
                .param("bytes", bytes)
                .update();
    }

    Map<Part, Instant> of(RunId run) {
        return of(List.of(run)).getOrDefault(run, Map.of());
    }

    /** When which parts of these runs went; without those of which nothing did. */
    Map<RunId, Map<Part, Instant>> of(Collection<RunId> runs) {
        Map<RunId, Map<Part, Instant>> gone = new HashMap<>();
        jdbc.sql("select run, part, at from training.cleared where run = any(:runs)")
                .param(
                        "runs",
                        new SqlArrayValue(
                                "uuid", runs.stream().map(RunId::value).toArray()))
                .query(row -> {
                    gone.computeIfAbsent(new RunId(row.getObject("run", UUID.class)), run -> new EnumMap<>(Part.class))
                            .put(Part.valueOf(row.getString("part")), Columns.instant(row, "at"));
                });
        return gone;
    }

    boolean isCleared(RunId run, Part part) {
        return Optional.ofNullable(of(run).get(part)).isPresent();
    }

    /** Another attempt writes all of it anew. */
    void begin(RunId run) {
        jdbc.sql("delete from training.cleared where run = :run")
                .param("run", run.value())
                .update();
    }

    /** Leaves of a run's metrics the first, the last and so many between; how many went. */
    int thin(RunId run, int most) {
        return jdbc.sql("""
                delete from training.metric using (
                    select step, row_number() over (order by step) as place, count(*) over () as all_of_them
                      from training.metric where run = :run) as line
                 where metric.run = :run and metric.step = line.step and line.all_of_them > :most
                   and line.place > 1 and line.place < line.all_of_them
                   and line.place * (:most - 1) / line.all_of_them = (line.place - 1) * (:most - 1) / line.all_of_them
                """)
                .param("run", run.value())
                .param("most", (long) most, java.sql.Types.BIGINT)
                .update();
    }
}
