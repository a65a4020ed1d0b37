package org.aifactory.training;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.DatasetId;
import org.aifactory.data.Sha256;
import org.aifactory.data.VersionId;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Reason;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Runs and their attempts in the database. */
@Component
class RunTable {
    private static final TypeReference<List<String>> WORDS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};
    private static final String RUN = """
            select run.*, (select count(*) from training.attempt where attempt.run = run.id) as attempts from training.run
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    RunTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Who asked for a run by this key, and what. */
    record Asked(RunId run, String request) {}

    /**
     * @param key the caller's own
     * @param request the SHA-256 of what was asked
     * @throws org.springframework.dao.DuplicateKeyException when the person has asked by this key before
     */
    void insert(Run run, Settings settings, Optional<UUID> key, String request) {
        jdbc.sql("""
                insert into training.run (id, organisation, submitter, allocation, partition, project, recipe, name, dataset, content,
                       base_model, base_dataset, base_content, cores, gpus, memory_bytes, wall_seconds, settings, key, request, state,
                       reason, details, submitted_at)
                values (:id, :organisation, :submitter, :allocation, :partition, :project, :recipe, :name, :dataset, :content,
                       :base, :baseDataset, :baseContent, :cores, :gpus, :memory, :wall, :settings::jsonb, :key, :request, :state,
                       :reason, :details::jsonb, :submitted)
                """)
                .param("id", run.id().value())
                .param("organisation", run.organisation().value())
                .param("submitter", run.submitter().value())
                .param("allocation", run.allocation().value())
                .param("partition", run.partition().value())
                .param("project", run.project())
                .param("recipe", run.recipe().name())
                .param("name", run.name())
                .param("dataset", dataset(run.dataset()), Types.OTHER)
                .param("content", content(run.dataset()), Types.VARCHAR)
                .param("base", run.base().orElse(null), Types.OTHER)
                .param("baseDataset", dataset(run.baseVersion()), Types.OTHER)
                .param("baseContent", content(run.baseVersion()), Types.VARCHAR)
                .param("cores", run.resources().cores())
                .param("gpus", run.resources().gpus())
                .param("memory", run.resources().memoryBytes())
                .param("wall", run.resources().wallTime().toSeconds())
                .param("settings", json.writeValueAsString(settings))
                .param("key", key.orElse(null), Types.OTHER)
                .param("request", request)
                .param("state", run.state().name())
                .param("reason", run.reason().kind().name())
                .param("details", json.writeValueAsString(run.reason().details()))
                .param("submitted", at(run.submitted()))
                .update();
    }

    private static @Nullable UUID dataset(Optional<VersionId> version) {
        return version.map(id -> id.dataset().value()).orElse(null);
    }

    private static @Nullable String content(Optional<VersionId> version) {
        return version.map(id -> id.content().hex()).orElse(null);
    }

    void insert(Attempt attempt, Map<String, String> secrets, Instant now) {
        jdbc.sql("""
                insert into training.attempt (run, number, job, hold, held, expires_at, stage, secrets, made_at)
                values (:run, :number, :job, :hold, :held, :expires, 'WAITING', :secrets::jsonb, :now)
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("job", attempt.job().value())
                .param("hold", attempt.hold().value())
                .param("held", attempt.held())
                .param("expires", at(attempt.expires()))
                .param("secrets", secrets.isEmpty() ? null : json.writeValueAsString(secrets), Types.VARCHAR)
                .param("now", at(now))
                .update();
    }

    Optional<Asked> asked(PersonId submitter, UUID key) {
        return jdbc.sql("select id, request from training.run where submitter = :submitter and key = :key")
                .param("submitter", submitter.value())
                .param("key", key)
                .query((row, number) -> new Asked(new RunId(row.getObject("id", UUID.class)), row.getString("request")))
                .optional();
    }

    Optional<Run> find(RunId id) {
        return jdbc.sql(RUN + " where id = :id")
                .param("id", id.value())
                .query((row, number) -> run(row))
                .optional();
    }

    /** The newest first. */
    List<Run> of(Collection<OrganisationId> organisations, int most) {
        if (organisations.isEmpty()) {
            return List.of();
        }
        return jdbc.sql(RUN + " where organisation in (:organisations) order by number desc limit :most")
                .param(
                        "organisations",
                        organisations.stream().map(OrganisationId::value).toList())
                .param("most", most)
                .query((row, number) -> run(row))
                .list();
    }

    /** In the order in which they were asked for. */
    List<Run> of(AllocationId allocation) {
        return jdbc.sql(RUN + " where allocation = :allocation order by number")
                .param("allocation", allocation.value())
                .query((row, number) -> run(row))
                .list();
    }

    Settings settings(RunId id) {
        return json.readValue(
                jdbc.sql("select settings from training.run where id = :id")
                        .param("id", id.value())
                        .query(String.class)
                        .single(),
                Settings.class);
    }

    /** Until the transaction ends nobody else moves the run. */
    Optional<Run> lock(RunId id) {
        return jdbc.sql("select id from training.run where id = :id for no key update")
                .param("id", id.value())
                .query(UUID.class)
                .optional()
                .flatMap(known -> find(id));
    }

    void set(RunId id, RunState state, Reason reason) {
        jdbc.sql("""
                update training.run set state = :state, reason = :reason, details = :details::jsonb, ended_at = null where id = :id
                """)
                .param("id", id.value())
                .param("state", state.name())
                .param("reason", reason.kind().name())
                .param("details", json.writeValueAsString(reason.details()))
                .update();
    }

    /** The machine says that its process has begun. */
    void began(Attempt attempt, JobReport report) {
        Instant started = report.started().orElseThrow();
        jdbc.sql("""
                update training.attempt set started_at = :started, cores = :cores, gpus = :gpus
                 where run = :run and number = :number and stage = 'SUBMITTED' and started_at is null
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("started", at(started))
                .param("cores", report.allocatedCores())
                .param("gpus", report.allocatedGpus())
                .update();
        jdbc.sql("""
                update training.run set state = 'RUNNING', reason = 'RUNS', details = '[]',
                       started_at = coalesce(started_at, :started)
                 where id = :run and state = 'QUEUED'
                """)
                .param("run", attempt.run().value())
                .param("started", at(started))
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
        // In one statement, so that nobody finds the attempt on its machine and the run not yet.
        jdbc.sql("""
                with moved as (
                    update training.attempt
                       set stage = 'SUBMITTED', secrets = null, trouble = null, retry_at = null, submitted_at = :now
                     where run = :run and number = :number and stage = 'SUBMITTING'
                    returning run)
                update training.run set state = 'QUEUED' from moved where id = moved.run and state = 'WAITING'
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("now", at(now))
                .update();
    }

    void troubled(Attempt attempt, String trouble, Instant retry) {
        jdbc.sql("""
                update training.attempt set trouble = :trouble, retry_at = :retry
                 where run = :run and number = :number and stage in ('WAITING', 'SUBMITTING')
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("trouble", trouble)
                .param("retry", at(retry))
                .update();
    }

    void cancelled(Attempt attempt, Instant now) {
        jdbc.sql("""
                update training.attempt set cancelled_at = coalesce(cancelled_at, :now), retry_at = null
                 where run = :run and number = :number and stage <> 'ENDED'
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("now", at(now))
                .update();
    }

    Map<String, String> secrets(Attempt attempt) {
        return jdbc.sql("select secrets from training.attempt where run = :run and number = :number")
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .query((row, number) -> Optional.ofNullable(row.getString("secrets")))
                .single()
                .map(secrets -> json.readValue(secrets, VARIABLES))
                .orElse(Map.of());
    }

    /** Those that the machine does not have yet and whose time to try has come, in the order of arrival. */
    List<Attempt> toDispatch(Instant now, int most) {
        return jdbc.sql("""
                select * from training.attempt
                 where stage in ('WAITING', 'SUBMITTING') and (retry_at is null or retry_at <= :now)
                 order by made_at limit :most
                """)
                .param("now", at(now))
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

    List<Attempt> attempts(RunId run) {
        return jdbc.sql("select * from training.attempt where run = :run order by number")
                .param("run", run.value())
                .query((row, number) -> attempt(row))
                .list();
    }

    /** Of all runs that an allocation has paid for. */
    List<Attempt> attempts(AllocationId allocation) {
        return jdbc.sql("""
                select attempt.* from training.attempt join training.run on run.id = attempt.run
                 where run.allocation = :allocation order by run.number, attempt.number
                """)
                .param("allocation", allocation.value())
                .query((row, number) -> attempt(row))
                .list();
    }

    Optional<Attempt> last(RunId run) {
        return jdbc.sql("select * from training.attempt where run = :run order by number desc limit 1")
                .param("run", run.value())
                .query((row, number) -> attempt(row))
                .optional();
    }

    void end(Attempt attempt, Attempt.Ending ending) {
        jdbc.sql("""
                update training.attempt
                   set stage = 'ENDED', secrets = null, trouble = null, state = :state, ended_at = :ended, exit_status = :status,
                       reason = :reason, details = :details::jsonb, cores = :cores, gpus = :gpus,
                       started_at = coalesce(started_at, :started), used = :used, charged = :charged, site = :site
                 where run = :run and number = :number
                """)
                .param("run", attempt.run().value())
                .param("number", attempt.number())
                .param("state", ending.state().name())
                .param("started", attempt.started().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("ended", ending.at().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("status", ending.exitStatus().orElse(null), Types.INTEGER)
                .param("reason", ending.reason().kind().name())
                .param("details", json.writeValueAsString(ending.reason().details()))
                .param("cores", ending.cores())
                .param("gpus", ending.gpus())
                .param("used", ending.charge().used())
                .param("charged", ending.charge().charged())
                .param("site", ending.charge().site())
                .update();
    }

    void ended(Attempt attempt, Attempt.Ending ending, Instant at) {
        jdbc.sql("""
                update training.run
                   set state = :state, ended_at = :ended, reason = :reason, details = :details::jsonb, charged = charged + :charged,
                       started_at = coalesce(started_at, :started)
                 where id = :run
                """)
                .param("run", attempt.run().value())
                .param("state", ending.state().name())
                .param("ended", at(at))
                .param("started", attempt.started().map(RunTable::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("reason", ending.reason().kind().name())
                .param("details", json.writeValueAsString(ending.reason().details()))
                .param("charged", ending.charge().charged())
                .update();
    }

    private Run run(ResultSet row) throws SQLException {
        return new Run(
                new RunId(row.getObject("id", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                new PersonId(row.getObject("submitter", UUID.class)),
                new AllocationId(row.getObject("allocation", UUID.class)),
                new PartitionId(row.getObject("partition", UUID.class)),
                row.getString("project"),
                Recipe.valueOf(row.getString("recipe")),
                row.getString("name"),
                version(row, "dataset", "content"),
                Optional.ofNullable(row.getObject("base_model", UUID.class)),
                version(row, "base_dataset", "base_content"),
                new Resources(
                        row.getInt("cores"),
                        row.getInt("gpus"),
                        row.getLong("memory_bytes"),
                        Duration.ofSeconds(row.getLong("wall_seconds"))),
                RunState.valueOf(row.getString("state")),
                instant(row, "submitted_at").orElseThrow(),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                reason(row),
                row.getLong("charged"),
                row.getInt("attempts"));
    }

    private Attempt attempt(ResultSet row) throws SQLException {
        return new Attempt(
                new RunId(row.getObject("run", UUID.class)),
                row.getInt("number"),
                row.getLong("held"),
                instant(row, "expires_at").orElseThrow(),
                Attempt.Stage.valueOf(row.getString("stage")),
                Optional.ofNullable(row.getString("trouble")),
                instant(row, "submitted_at"),
                instant(row, "cancelled_at"),
                instant(row, "started_at"),
                row.getString("state") == null ? Optional.empty() : Optional.of(ending(row)));
    }

    private Attempt.Ending ending(ResultSet row) throws SQLException {
        return new Attempt.Ending(
                RunState.valueOf(row.getString("state")),
                instant(row, "ended_at"),
                Optional.ofNullable(row.getObject("exit_status", Integer.class)),
                reason(row),
                row.getInt("cores"),
                row.getInt("gpus"),
                new Charge(row.getLong("used"), row.getLong("charged"), row.getLong("site")));
    }

    private Reason reason(ResultSet row) throws SQLException {
        return new Reason(
                Reason.Kind.valueOf(row.getString("reason")), json.readValue(row.getString("details"), WORDS));
    }

    private static Optional<VersionId> version(ResultSet row, String dataset, String content) throws SQLException {
        UUID id = row.getObject(dataset, UUID.class);
        return id == null
                ? Optional.empty()
                : Optional.of(new VersionId(new DatasetId(id), new Sha256(row.getString(content))));
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
