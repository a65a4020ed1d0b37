package org.aifactory.training;

import static java.util.stream.Collectors.groupingBy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.database.Columns;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.identity.Vault;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Message;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Attempts in the database; where a run is as far as its last attempt, both are moved here. */
@Component
class AttemptTable {
    private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Vault vault;

    AttemptTable(JdbcClient jdbc, JsonMapper json, Vault vault) {
        this.jdbc = jdbc;
        this.json = json;
        this.vault = vault;
    }

    void insert(Attempt attempt, Map<String, String> secrets, Instant now) {
        jdbc.sql("""
                insert into training.attempt (run, number, job, hold, held, expires_at, stage, secrets, made_at, continues, continued)
                values (:run, :number, :job, :hold, :held, :expires, 'WAITING', :secrets, :now, :continues, :continued)
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("job", attempt.job().value())
                .param("hold", attempt.hold().value())
                .param("held", attempt.held())
                .param("expires", RunTable.at(attempt.expires()))
                .param(
                        "secrets",
                        secrets.isEmpty()
                                ? null
                                : vault.seal(place(attempt.run(), attempt.number()), json.writeValueAsString(secrets)),
                        Types.VARCHAR)
                .param("now", RunTable.at(now))
                .param("continues", attempt.continues())
                .param("continued", attempt.continued())
                .update();
    }

    /** It is not handed over before then. */
    void postpone(Attempt attempt, Instant until) {
        jdbc.sql(
                        "update training.attempt set retry_at = :until where run = :run and number = :number and stage = 'WAITING'")
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("until", RunTable.at(until))
                .update();
    }

    /** The machine says that its process has begun. */
    void began(Attempt attempt, JobReport report) {
        Instant started = report.started().orElseThrow();
        // The run first, as all who touch both; who cancels at the same moment would wait for us, and we for them.
        jdbc.sql("select id from training.run where id = :run for no key update")
                .param("run", attempt.run().value())
                .query(UUID.class)
                .single();
        jdbc.sql("""
                update training.attempt set started_at = :started, cores = :cores, gpus = :gpus
                 where run = :run and number = :number and stage = 'SUBMITTED' and started_at is null
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("started", RunTable.at(started))
                .param("cores", report.allocatedCores())
                .param("gpus", report.allocatedGpus())
                .update();
        jdbc.sql("""
                update training.run set state = 'RUNNING', reason = 'RUNS', details = '[]',
                       started_at = coalesce(started_at, :started)
                 where id = :run and state = 'QUEUED'
                """)
                .param("run", attempt.run().value())
                .param("started", RunTable.at(started))
                .update();
    }

    /** Moves an attempt on; false where somebody else has. */
    boolean advance(Attempt attempt, Attempt.Stage from, Attempt.Stage to) {
        return jdbc.sql("""
                update training.attempt set stage = :to, trouble = null, retry_at = null
                 where run = :run and number = :number and stage = :from
                """)
                        .param("run", attempt.run().value())
                        .param("number", attempt.number())
                        .param("from", from.name())
                        .param("to", to.name())
                        .update()
                == 1;
    }

    /** The machine has it, and its secrets. */
    void submitted(Attempt attempt, Instant now) {
        // In one statement, so that nobody finds the attempt on its machine and the run not yet; the run is locked
        // first, as by all
        // who touch both.
        jdbc.sql("""
                with held as (select id from training.run where id = :run for no key update),
                moved as (
                    update training.attempt
                       set stage = 'SUBMITTED', secrets = null, trouble = null, retry_at = null, submitted_at = :now
                      from held
                     where run = held.id and number = :number and stage = 'SUBMITTING'
                    returning run)
                update training.run set state = 'QUEUED' from moved where id = moved.run and state = 'WAITING'
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("now", RunTable.at(now))
                .update();
    }

    void troubled(Attempt attempt, Message trouble, Instant retry) {
        jdbc.sql("""
                update training.attempt set trouble = :trouble, trouble_words = :words::jsonb, retry_at = :retry
                 where run = :run and number = :number and stage in ('WAITING', 'SUBMITTING')
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("trouble", trouble.inEnglish())
                .param("words", trouble.toKeep(), java.sql.Types.VARCHAR)
                .param("retry", RunTable.at(retry))
                .update();
    }

    void cancelled(Attempt attempt, Instant now) {
        jdbc.sql("""
                update training.attempt set cancelled_at = coalesce(cancelled_at, :now), retry_at = null
                 where run = :run and number = :number and stage <> 'ENDED'
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("now", RunTable.at(now))
                .update();
    }

    private static String place(RunId run, int attempt) {
        return "attempt " + attempt + " of run " + run;
    }

    /** Empty where they were sealed under a key that is not here. */
    Optional<Map<String, String>> secrets(Attempt attempt) {
        Optional<String> sealed = jdbc.sql("select secrets from training.attempt where run = :run and number = :number")
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .query((row, number) -> Optional.ofNullable(row.getString("secrets")))
                .single();
        return sealed.isEmpty()
                ? Optional.of(Map.of())
                : vault.open(place(attempt.run(), attempt.number()), sealed.get())
                        .map(secrets -> json.readValue(secrets, VARIABLES));
    }

    /** Seals what an earlier platform has written in clear. */
    @EventListener(ApplicationStartedEvent.class)
    void sealEarlier() {
        jdbc.sql("select run, number, secrets from training.attempt where secrets like '{%'")
                .query((row, number) -> new Clear(
                        new RunId(row.getObject("run", UUID.class)), row.getInt("number"), row.getString("secrets")))
                .list()
                .forEach(clear -> jdbc.sql("""
                        update training.attempt set secrets = :sealed where run = :run and number = :number and secrets = :clear
                        """)
                        .param("sealed", vault.seal(place(clear.run(), clear.attempt()), clear.secrets()))
                        .param("run", clear.run().value())
                        .param("number", clear.attempt())
                        .param("clear", clear.secrets())
                        .update());
    }

    private record Clear(RunId run, int attempt, String secrets) {}

    /** Those that the machine does not have yet and whose time to try has come, in the order of arrival. */
    List<Attempt> toDispatch(Instant now, int most) {
        return jdbc.sql("""
                select * from training.attempt
                 where stage in ('WAITING', 'SUBMITTING') and (retry_at is null or retry_at <= :now)
                 order by made_at limit :most
                """)
                .param("now", RunTable.at(now))
                .param("most", most)
                .query((row, number) -> attempt(row))
                .list();
    }

    /** Those that the machines have, by the partition of their runs. */
    Map<PartitionId, List<Attempt>> submitted() {
        Map<PartitionId, List<Attempt>> submitted = new HashMap<>();
        jdbc.sql("""
                select attempt.*, run.partition from training.attempt join training.run on run.id = attempt.run
                 where attempt.stage = 'SUBMITTED' order by attempt.made_at
                """).query(row -> {
            PartitionId partition = new PartitionId(row.getObject("partition", UUID.class));
            submitted.computeIfAbsent(partition, none -> new ArrayList<>()).add(attempt(row));
        });
        return submitted;
    }

    /** Of these the ones that may not begin any more; see {@link Attempt#isTooLate}. */
    Set<JobKey> tooLate(Instant now) {
        return Set.copyOf(jdbc.sql("""
                select attempt.job from training.attempt join training.run on run.id = attempt.run
                 where attempt.stage = 'SUBMITTED' and attempt.started_at is null
                   and attempt.expires_at - make_interval(secs => run.wall_seconds) < :latest
                """)
                .param("latest", RunTable.at(now.plus(Attempt.SETTLED_WITHIN)))
                .query((row, number) -> new JobKey(row.getObject("job", UUID.class)))
                .list());
    }

    /** The runs that serve models and have not ended, by the keys by which they were asked for. */
    Map<UUID, RunId> serving() {
        Map<UUID, RunId> serving = new HashMap<>();
        jdbc.sql("""
                select run.key, run.id from training.attempt join training.run on run.id = attempt.run
                 where attempt.stage <> 'ENDED' and run.recipe = 'SERVE' and run.key is not null
                """).query(row -> {
            serving.put(row.getObject("key", UUID.class), new RunId(row.getObject("id", UUID.class)));
        });
        return serving;
    }

    List<Attempt> of(RunId run) {
        return jdbc.sql("select * from training.attempt where run = :run order by number")
                .param("run", run.value())
                .query((row, number) -> attempt(row))
                .list();
    }

    /** Of each of these runs, the first attempt first. */
    Map<RunId, List<Attempt>> ofRuns(Collection<RunId> runs) {
        return jdbc
                .sql("select * from training.attempt where run = any(:runs) order by run, number")
                .param(
                        "runs",
                        new SqlArrayValue(
                                "uuid", runs.stream().map(RunId::value).toArray()))
                .query((row, number) -> attempt(row))
                .list()
                .stream()
                .collect(groupingBy(Attempt::run));
    }

    /** For which these were held. */
    List<Attempt> of(Collection<EntryId> holds) {
        return jdbc.sql("select * from training.attempt where hold = any(:holds)")
                .param(
                        "holds",
                        new SqlArrayValue(
                                "uuid", holds.stream().map(EntryId::value).toArray()))
                .query((row, number) -> attempt(row))
                .list();
    }

    /** Those of an allocation that have not ended, those first whose hold expires first. */
    List<Attempt> underWay(AllocationId allocation, int most) {
        return jdbc.sql("""
                select attempt.* from training.attempt join training.run on run.id = attempt.run
                 where run.allocation = :allocation and attempt.stage <> 'ENDED' order by attempt.expires_at, attempt.run limit :most
                """)
                .param("allocation", allocation.value())
                .param("most", most)
                .query((row, number) -> attempt(row))
                .list();
    }

    /** What they cost together; empty where that is nothing. */
    Optional<Long> cents(RunId run) {
        return jdbc.sql(
                        "select sum(coalesce(corrected_cents, cents))::bigint as cents from training.attempt where run = :run")
                .param("run", run.value())
                .query((row, number) -> Optional.ofNullable(row.getObject("cents", Long.class)))
                .single();
    }

    /** Those that ended after a time on these partitions and that their machine had, the earliest first. */
    List<Attempt> ended(Collection<Partition> partitions, Instant after, Attempt.Place last, int most) {
        return jdbc.sql("""
                select attempt.* from training.attempt join training.run on run.id = attempt.run
                 where run.partition = any(:partitions) and attempt.stage = 'ENDED' and attempt.submitted_at is not null
                   and attempt.ended_at > :after and (attempt.run, attempt.number) > (:run, :number)
                 order by attempt.run, attempt.number limit :most
                """)
                .param(
                        "partitions",
                        new SqlArrayValue(
                                "uuid",
                                partitions.stream()
                                        .map(partition -> partition.id().value())
                                        .toArray()))
                .param("after", RunTable.at(after))
                .param("run", last.run())
                .param("number", last.number())
                .param("most", most)
                .query((row, number) -> attempt(row))
                .list();
    }

    Optional<Attempt> find(RunId run, int number) {
        return jdbc.sql("select * from training.attempt where run = :run and number = :number")
                .param("run", run.value())
                .param("number", number)
                .query((row, line) -> attempt(row))
                .optional();
    }

    Optional<Attempt> last(RunId run) {
        return jdbc.sql("select * from training.attempt where run = :run order by number desc limit 1")
                .param("run", run.value())
                .query((row, number) -> attempt(row))
                .optional();
    }

    /**
     * Writes down how an attempt ended, and its run with it.
     *
     * @param at the end as it stands in the run, where the machine knows of none
     */
    void end(Attempt attempt, Attempt.Ending ending, Instant at) {
        endAttempt(attempt, ending);
        endRun(attempt, ending, at);
    }

    private void endAttempt(Attempt attempt, Attempt.Ending ending) {
        jdbc.sql("""
                update training.attempt
                   set stage = 'ENDED', secrets = null, trouble = null, state = :state, ended_at = :ended, exit_status = :status,
                       reason = :reason, details = :details::jsonb, cores = :cores, gpus = :gpus,
                       started_at = coalesce(started_at, :started), used = :used, charged = :charged, site = :site,
                       cents = :cents
                 where run = :run and number = :number
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("state", ending.state().name())
                .param("started", attempt.started().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("ended", ending.at().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("status", ending.exitStatus().orElse(null), Types.INTEGER)
                .param("reason", ending.reason().kind().name())
                .param("details", ending.reason().keptDetails())
                .param("cores", ending.cores())
                .param("gpus", ending.gpus())
                .param("used", ending.charge().used())
                .param("charged", ending.charge().charged())
                .param("site", ending.charge().site())
                .param("cents", ending.cents().orElse(null), Types.BIGINT)
                .update();
    }

    private void endRun(Attempt attempt, Attempt.Ending ending, Instant at) {
        jdbc.sql("""
                update training.run
                   set state = :state, ended_at = :ended, reason = :reason, details = :details::jsonb, charged = charged + :charged,
                       started_at = coalesce(started_at, :started)
                 where id = :run
                """)
                .param("run", attempt.run().value())
                .param("state", ending.state().name())
                .param("ended", RunTable.at(at))
                .param("started", attempt.started().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("reason", ending.reason().kind().name())
                .param("details", ending.reason().keptDetails())
                .param("charged", ending.charge().charged())
                .update();
    }

    private Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                new RunId(row.getObject("run", UUID.class)),
                row.getInt("number"),
                row.getLong("held"),
                Columns.instant(row, "expires_at"),
                Attempt.Stage.valueOf(row.getString("stage")),
                trouble(row),
                Columns.optionalInstant(row, "submitted_at"),
                Columns.optionalInstant(row, "cancelled_at"),
                Columns.optionalInstant(row, "started_at"),
                row.getString("state") == null ? Optional.empty() : Optional.of(ending(row)),
                row.getBoolean("continues"),
                row.getInt("continued"));
    }

    private Attempt.Ending ending(ResultSet row) throws SQLException {
        return new Attempt.Ending(
                RunState.valueOf(row.getString("state")),
                Columns.optionalInstant(row, "ended_at"),
                Optional.ofNullable(row.getObject("exit_status", Integer.class)),
                RunTable.reason(row),
                row.getInt("cores"),
                row.getInt("gpus"),
                new Charge(corrected(row, "used"), corrected(row, "charged"), corrected(row, "site")),
                cents(row));
    }

    private static Optional<Long> cents(ResultSet row) throws SQLException {
        Optional<Long> corrected = Optional.ofNullable(row.getObject("corrected_cents", Long.class));
        return corrected.isPresent() ? corrected : Optional.ofNullable(row.getObject("cents", Long.class));
    }

    /** After the books of the machine, where they differ from what was settled. */
    private static long corrected(ResultSet row, String column) throws SQLException {
        Long corrected = row.getObject("corrected_" + column, Long.class);
        return corrected == null ? row.getLong(column) : corrected;
    }

    private static Optional<Message> trouble(ResultSet row) throws SQLException {
        String words = row.getString("trouble_words");
        return Optional.ofNullable(row.getString("trouble")).map(trouble -> Message.kept(trouble, words));
    }
}
