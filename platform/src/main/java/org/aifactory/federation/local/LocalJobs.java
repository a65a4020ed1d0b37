package org.aifactory.federation.local;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Reason;
import org.aifactory.federation.local.Rules.Part;
import org.aifactory.federation.local.Rules.Window;
import org.aifactory.federation.local.Slots.Slot;
import org.aifactory.identity.Vault;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The jobs of this computer in the database. Every move of a job from one state to another is one statement here. */
final class LocalJobs {
    private static final TypeReference<Map<String, String>> VARIABLES = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Vault vault;

    LocalJobs(JdbcClient jdbc, JsonMapper json, Vault vault) {
        this.jdbc = jdbc;
        this.json = json;
        this.vault = vault;
    }

    /** Says whether the job is there now; not where another has its key. */
    boolean add(JobRequest job, Instant now) {
        String kept = json.writeValueAsString(job.withSecrets(Map.of()));
        jdbc.sql("""
                insert into federation.local_job (key, partition, request, secrets, state, submitted_at)
                values (:key, :partition, :request::jsonb, :secrets, 'QUEUED', :now) on conflict (key) do nothing
                """)
                .param("key", job.key().value())
                .param("partition", job.partition().value())
                .param("request", kept)
                .param("secrets", secrets(job), java.sql.Types.VARCHAR)
                .param("now", at(now))
                .update();
        return jdbc.sql("select request = :request::jsonb from federation.local_job where key = :key")
                .param("request", kept)
                .param("key", job.key().value())
                .query(Boolean.class)
                .single();
    }

    private @Nullable String secrets(JobRequest job) {
        return job.secrets().isEmpty() ? null : vault.seal(place(job.key()), json.writeValueAsString(job.secrets()));
    }

    private static String place(JobKey key) {
        return "job " + key;
    }

    List<LocalJob> find(Collection<JobKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("select * from federation.local_job where key = any(:keys)")
                .param("keys", keys.stream().map(JobKey::value).toArray(UUID[]::new))
                .query((row, number) -> job(row))
                .list();
    }

    /** All that wait or run, in order of arrival; without their secrets. */
    List<LocalJob> underWay() {
        return jdbc.sql("select * from federation.local_job where state in ('QUEUED', 'RUNNING') order by number")
                .query((row, number) -> job(row))
                .list();
    }

    /** Those of them that run; few, however many wait. */
    List<LocalJob> running() {
        return jdbc.sql("select * from federation.local_job where state = 'RUNNING' order by number")
                .query((row, number) -> job(row))
                .list();
    }

    /** How many wait. */
    int waiting() {
        return jdbc.sql("select count(*) from federation.local_job where state = 'QUEUED'")
                .query(Integer.class)
                .single();
    }

    /** What a job's program is given and nobody else; empty where it was sealed under a key that is not here. */
    Optional<Map<String, String>> secrets(JobKey key) {
        Optional<String> sealed = jdbc.sql(
                        "select secrets from federation.local_job where key = :key and secrets is not null")
                .param("key", key.value())
                .query(String.class)
                .optional();
        return sealed.isEmpty()
                ? Optional.of(Map.of())
                : vault.open(place(key), sealed.get()).map(secrets -> json.readValue(secrets, VARIABLES));
    }

    /** Seals what an earlier platform has written in clear. */
    void sealEarlier() {
        jdbc.sql("select key, secrets from federation.local_job where secrets like '{%'")
                .query((row, number) -> Map.entry(row.getObject("key", UUID.class), row.getString("secrets")))
                .list()
                .forEach(job -> jdbc.sql(
                                "update federation.local_job set secrets = :sealed where key = :key and secrets = :clear")
                        .param("sealed", vault.seal(place(new JobKey(job.getKey())), job.getValue()))
                        .param("key", job.getKey())
                        .param("clear", job.getValue())
                        .update());
    }

    /** Asks for the end of a job. One that waits has ended with this. */
    void cancel(JobKey key, Instant now) {
        int ended =
                jdbc.sql("""
                update federation.local_job
                   set state = 'CANCELLED', cancelled_at = :now, ended_at = :now, reason = 'CANCELLED', details = '[]', secrets = null
                 where key = :key and state = 'QUEUED'
                """).param("key", key.value()).param("now", at(now)).update();
        if (ended == 0) {
            jdbc.sql("""
                    update federation.local_job set cancelled_at = :now
                     where key = :key and state = 'RUNNING' and cancelled_at is null
                    """).param("key", key.value()).param("now", at(now)).update();
        }
    }

    /** A job gets its slot, and its process may be made from now on. Says whether it still waited. */
    boolean begin(JobKey key, Slot slot, JobFolder folder) {
        return jdbc.sql("""
                update federation.local_job set state = 'RUNNING', core_ids = :cores, gpu_ids = :gpus, folder = :folder
                 where key = :key and state = 'QUEUED'
                """)
                        .param("key", key.value())
                        .param("cores", slot.cores().toArray(Integer[]::new))
                        .param("gpus", slot.gpus().toArray(Integer[]::new))
                        .param("folder", folder.path().toString())
                        .update()
                == 1;
    }

    void started(JobKey key, Instant at) {
        jdbc.sql("""
                update federation.local_job set started_at = :at, secrets = null where key = :key and state = 'RUNNING'
                """).param("key", key.value()).param("at", at(at)).update();
    }

    /** @param exitStatus null where none is known */
    void ended(JobKey key, JobState state, Instant at, @Nullable Integer exitStatus, Reason reason) {
        jdbc.sql("""
                update federation.local_job
                   set state = :state, ended_at = :at, exit_status = :status, reason = :reason, details = :details::jsonb, secrets = null
                 where key = :key and state = 'RUNNING'
                """)
                .param("key", key.value())
                .param("state", state.name())
                .param("at", at(at))
                .param("status", exitStatus, java.sql.Types.INTEGER)
                .param("reason", reason.kind().name())
                .param("details", reason.keptDetails())
                .update();
    }

    void delete(JobKey key) {
        jdbc.sql("delete from federation.local_job where key = :key and state not in ('QUEUED', 'RUNNING')")
                .param("key", key.value())
                .update();
    }

    Rules rules(Instant now) {
        Map<PartitionId, Part> partitions = new HashMap<>();
        jdbc.sql("""
                select partition.id, partition.kind, partition.open and machine.open as open, partition.max_wall_seconds
                  from federation.partition join federation.machine on machine.id = partition.machine
                 where machine.connection = 'LOCAL'
                """).query(row -> {
            partitions.put(
                    new PartitionId(row.getObject("id", UUID.class)),
                    new Part(
                            PartitionKind.valueOf(row.getString("kind")),
                            row.getBoolean("open"),
                            Optional.ofNullable(row.getObject("max_wall_seconds", Long.class))));
        });
        List<Window> windows = jdbc.sql("""
                select from_at, until from federation.maintenance join federation.machine on machine.id = maintenance.machine
                 where machine.connection = 'LOCAL' and until > :now order by from_at
                """)
                .param("now", at(now))
                .query((row, number) -> new Window(Columns.instant(row, "from_at"), Columns.instant(row, "until")))
                .list();
        return new Rules(partitions, windows);
    }

    private LocalJob job(ResultSet row) throws SQLException {
        JobRequest request = json.readValue(row.getString("request"), JobRequest.class);
        JobState state = JobState.valueOf(row.getString("state"));
        List<Integer> cores = numbers(row, "core_ids");
        List<Integer> gpus = numbers(row, "gpu_ids");
        return new LocalJob(
                request,
                row.getLong("number"),
                state,
                Columns.instant(row, "submitted_at"),
                Columns.optionalInstant(row, "cancelled_at"),
                Optional.ofNullable(row.getString("folder")).map(Path::of).map(JobFolder::new),
                cores.isEmpty() ? Slot.NONE : new Slot(cores, gpus, request.memoryBytes()),
                Columns.optionalInstant(row, "started_at"),
                Columns.optionalInstant(row, "ended_at"),
                Optional.ofNullable(row.getObject("exit_status", Integer.class)),
                Optional.ofNullable(row.getString("reason")).map(reason -> reason(reason, row)));
    }

    private Reason reason(String kind, ResultSet row) {
        try {
            return Reason.kept(kind, row.getString("details"));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static List<Integer> numbers(ResultSet row, String column) throws SQLException {
        return Arrays.asList((Integer[]) row.getArray(column).getArray());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
