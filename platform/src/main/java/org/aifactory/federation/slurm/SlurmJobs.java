package org.aifactory.federation.slurm;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.Reason;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The jobs that were handed to Slurm, as the database has them. What has ended is never changed again. */
@Component
class SlurmJobs {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    SlurmJobs(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * A job as it stands.
     *
     * @param asked when Slurm was last asked to take it
     * @param number Slurm's, from when it is known that Slurm took it
     * @param cancelled when somebody asked for its end
     * @param missing since when the controller has not known it that had taken it
     */
    record Kept(
            JobRequest request,
            JobState state,
            Instant submitted,
            Optional<Instant> asked,
            Optional<Long> number,
            Optional<Instant> cancelled,
            Optional<Instant> started,
            Optional<Instant> ended,
            Optional<Integer> exitStatus,
            int cores,
            int gpus,
            Reason reason,
            Optional<Instant> missing) {

        JobKey key() {
            return request.key();
        }

        JobReport report() {
            return new JobReport(key(), state, submitted, started, ended, exitStatus, cores, gpus, reason);
        }

        /** The same, of which the controller has not known since then. */
        Kept missingSince(Instant since) {
            return new Kept(
                    request,
                    state,
                    submitted,
                    asked,
                    number,
                    cancelled,
                    started,
                    ended,
                    exitStatus,
                    cores,
                    gpus,
                    reason,
                    Optional.of(since));
        }

        /** By which Slurm knows it. */
        String name() {
            return "aif-" + key();
        }
    }

    /** Says whether the job is there now; not where another has its key. */
    boolean add(MachineId machine, JobRequest job, Instant now) {
        String kept = json.writeValueAsString(job.withSecrets(Map.of()));
        jdbc.sql("""
                insert into federation.slurm_job (key, machine, partition, request, state, submitted_at, reason, details)
                values (:key, :machine, :partition, :request::jsonb, 'QUEUED', :now, 'STARTING', '[]') on conflict (key) do nothing
                """)
                .param("key", job.key().value())
                .param("machine", machine.value())
                .param("partition", job.partition().value())
                .param("request", kept)
                .param("now", at(now))
                .update();
        return jdbc.sql("select request = :request::jsonb from federation.slurm_job where key = :key")
                .param("request", kept)
                .param("key", job.key().value())
                .query(Boolean.class)
                .single();
    }

    List<Kept> find(Collection<JobKey> keys) {
        return jdbc.sql("select * from federation.slurm_job where key = any(:keys)")
                .param("keys", keys.stream().map(JobKey::value).toArray(UUID[]::new))
                .query((row, number) -> kept(row))
                .list();
    }

    Optional<Kept> find(JobKey key) {
        return find(List.of(key)).stream().findFirst();
    }

    /** Whether a machine has jobs that have not ended. */
    boolean areUnderWay(MachineId machine) {
        return jdbc.sql("""
                select exists (select from federation.slurm_job where machine = :machine and state in ('QUEUED', 'RUNNING'))
                """)
                .param("machine", machine.value())
                .query(Boolean.class)
                .single();
    }

    int waiting(MachineId machine) {
        return jdbc.sql("select count(*) from federation.slurm_job where machine = :machine and state = 'QUEUED'")
                .param("machine", machine.value())
                .query(Integer.class)
                .single();
    }

    void asking(JobKey key, Instant now) {
        jdbc.sql("update federation.slurm_job set asked_at = :now where key = :key")
                .param("key", key.value())
                .param("now", at(now))
                .update();
    }

    void taken(JobKey key, long number) {
        jdbc.sql("update federation.slurm_job set number = :number where key = :key and state = 'QUEUED'")
                .param("key", key.value())
                .param("number", number)
                .update();
    }

    void cancelled(JobKey key, Instant now) {
        jdbc.sql("""
                update federation.slurm_job set cancelled_at = :now
                 where key = :key and cancelled_at is null and state in ('QUEUED', 'RUNNING')
                """).param("key", key.value()).param("now", at(now)).update();
    }

    /** Writes down what is known of a job that has not ended. */
    void update(Kept job) {
        jdbc.sql("""
                update federation.slurm_job
                   set state = :state, number = :number, started_at = :started, ended_at = :ended, exit_status = :status, cores = :cores,
                       gpus = :gpus, reason = :reason, details = :details::jsonb, missing_at = :missing
                 where key = :key and state in ('QUEUED', 'RUNNING')
                """)
                .param("key", job.key().value())
                .param("state", job.state().name())
                .param("number", job.number().orElse(null), Types.BIGINT)
                .param("started", job.started().map(SlurmJobs::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("ended", job.ended().map(SlurmJobs::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("status", job.exitStatus().orElse(null), Types.INTEGER)
                .param("cores", job.cores())
                .param("gpus", job.gpus())
                .param("reason", job.reason().kind().name())
                .param("details", job.reason().keptDetails())
                .param("missing", job.missing().map(SlurmJobs::at).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    void delete(JobKey key) {
        jdbc.sql("delete from federation.slurm_job where key = :key and state not in ('QUEUED', 'RUNNING')")
                .param("key", key.value())
                .update();
    }

    private Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                json.readValue(row.getString("request"), JobRequest.class),
                JobState.valueOf(row.getString("state")),
                Objects.requireNonNull(row.getObject("submitted_at", OffsetDateTime.class))
                        .toInstant(),
                instant(row, "asked_at"),
                Optional.ofNullable(row.getObject("number", Long.class)),
                instant(row, "cancelled_at"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                Optional.ofNullable(row.getObject("exit_status", Integer.class)),
                row.getInt("cores"),
                row.getInt("gpus"),
                Reason.kept(row.getString("reason"), row.getString("details")),
                instant(row, "missing_at"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
