package org.aifactory.training;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.DatasetId;
import org.aifactory.data.Sha256;
import org.aifactory.data.VersionId;
import org.aifactory.database.Columns;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Reason;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Runs in the database. */
@Component
class RunTable {

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
                       base_model, base_dataset, base_content, nodes, cores, gpus, memory_bytes, wall_seconds, settings, key, request, state,
                       reason, details, submitted_at)
                values (:id, :organisation, :submitter, :allocation, :partition, :project, :recipe, :name, :dataset, :content,
                       :base, :baseDataset, :baseContent, :nodes, :cores, :gpus, :memory, :wall, :settings::jsonb, :key, :request, :state,
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
                .param("nodes", run.resources().nodes())
                .param("cores", run.resources().cores())
                .param("gpus", run.resources().gpus())
                .param("memory", run.resources().memoryBytes())
                .param("wall", run.resources().wallTime().toSeconds())
                .param("settings", json.writeValueAsString(settings))
                .param("key", key.orElse(null), Types.OTHER)
                .param("request", request)
                .param("state", run.state().name())
                .param("reason", run.reason().kind().name())
                .param("details", run.reason().keptDetails())
                .param("submitted", at(run.submitted()))
                .update();
    }

    private static @Nullable UUID dataset(Optional<VersionId> version) {
        return version.map(id -> id.dataset().value()).orElse(null);
    }

    private static @Nullable String content(Optional<VersionId> version) {
        return version.map(id -> id.content().hex()).orElse(null);
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
    List<Run> of(Collection<OrganisationId> organisations, RunFilter filter, int most) {
        return jdbc.sql(RUN + """
                 where organisation = any(:organisations)
                   and (:allocation::uuid is null or allocation = :allocation)
                   and (:state::text is null or state = :state)
                   and (:serving or recipe <> 'SERVE')
                 order by number desc limit :most
                """)
                .param(
                        "organisations",
                        new SqlArrayValue(
                                "uuid",
                                organisations.stream()
                                        .map(OrganisationId::value)
                                        .toArray()))
                .param(
                        "allocation",
                        filter.allocation().map(AllocationId::value).orElse(null),
                        Types.OTHER)
                .param("state", filter.state().map(RunState::name).orElse(null), Types.VARCHAR)
                .param("serving", filter.serving())
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

    /** @param number to read on, ask for those after the last one seen */
    record Numbered(long number, Run run) {}

    /** All runs of an organisation, the oldest first. */
    List<Numbered> of(OrganisationId organisation, long after, int most) {
        return jdbc.sql(RUN + " where organisation = :organisation and number > :after order by number limit :most")
                .param("organisation", organisation.value())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> new Numbered(row.getLong("number"), run(row)))
                .list();
    }

    List<Run> find(Collection<RunId> ids) {
        return jdbc.sql(RUN + " where id = any(:ids)")
                .param(
                        "ids",
                        new SqlArrayValue("uuid", ids.stream().map(RunId::value).toArray()))
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
                .param("details", reason.keptDetails())
                .update();
    }

    /** Why a run waits, as its machine says it. */
    void waits(RunId id, Reason reason) {
        jdbc.sql("""
                update training.run set reason = :reason, details = :details::jsonb where id = :id and state = 'QUEUED'
                """)
                .param("id", id.value())
                .param("reason", reason.kind().name())
                .param("details", reason.keptDetails())
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
                Columns.optionalUuid(row, "base_model"),
                version(row, "base_dataset", "base_content"),
                new Resources(
                        row.getInt("nodes"),
                        row.getInt("cores"),
                        row.getInt("gpus"),
                        row.getLong("memory_bytes"),
                        Duration.ofSeconds(row.getLong("wall_seconds"))),
                RunState.valueOf(row.getString("state")),
                Columns.instant(row, "submitted_at"),
                Columns.optionalInstant(row, "started_at"),
                Columns.optionalInstant(row, "ended_at"),
                reason(row),
                row.getLong("charged"),
                row.getInt("attempts"));
    }

    private static Optional<VersionId> version(ResultSet row, String dataset, String content) throws SQLException {
        UUID id = row.getObject(dataset, UUID.class);
        return id == null
                ? Optional.empty()
                : Optional.of(new VersionId(new DatasetId(id), new Sha256(row.getString(content))));
    }

    /** As runs and attempts both keep it. */
    static Reason reason(ResultSet row) throws SQLException {
        return Reason.kept(row.getString("reason"), row.getString("details"));
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
