package org.aifactory.federation.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.aifactory.database.TestDatabase;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The platform dies by kill -9 and comes back. */
class LocalMachineCrashTest {
    private static final DataSource DATABASE = TestDatabase.migrated("local_machine_crash");

    @TempDir
    Path home;

    @Test
    void jobs_go_on_when_the_platform_is_killed_and_the_next_one_finds_them() throws Exception {
        try (Workshop workshop = new Workshop(DATABASE, home)) {
            LocalMachine submitting = workshop.unstarted();
            JobRequest ending = Workshop.asking(gated(workshop), 1, 20 * Workshop.MIB, Duration.ofMinutes(1));
            JobRequest running = gated(workshop);
            JobRequest waiting = workshop.script("echo once >> runs");
            Process platform = KilledPlatform.start(workshop);
            try {
                submitting.submit(ending);
                submitting.submit(running);
                Workshop.await(
                        submitting,
                        ending,
                        report -> Workshop.log(submitting, ending).contains("begun"));
                Workshop.await(
                        submitting,
                        running,
                        report -> Workshop.log(submitting, running).contains("begun"));
            } finally {
                platform.destroyForcibly().waitFor();
            }
            submitting.submit(waiting);
            Instant away = Instant.now();
            open(ending);
            Workshop.await("its end is written down", () -> end(ending));

            LocalMachine next = workshop.open();
            JobReport ended = Workshop.awaitEnd(next, ending);
            assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(ended.ended().orElseThrow()).isBetween(away, Instant.now());
            assertThat(next.find(running.key()).orElseThrow().state()).isEqualTo(JobState.RUNNING);
            assertThat(Workshop.awaitEnd(next, waiting).state()).isEqualTo(JobState.SUCCEEDED);

            open(running);
            assertThat(Workshop.awaitEnd(next, running).state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(running.folder().resolve("runs")).hasContent("once\n");
            assertThat(Workshop.log(next, running)).isEqualTo("begun\nended\n");
        }
    }

    /** Between the word that a job may begin and the making of its process; and once more when the process was made unseen. */
    @Test
    void a_job_that_was_about_to_start_when_the_platform_was_killed_starts_once() throws Exception {
        try (Workshop workshop = new Workshop(DATABASE, home)) {
            LocalMachine submitting = workshop.unstarted();
            JobRequest never = workshop.script("echo once >> runs");
            JobRequest unseen = workshop.script("echo once >> runs");
            submitting.submit(never);
            submitting.submit(unseen);
            workshop.sql
                    .sql("""
                    update federation.local_job set state = 'RUNNING', core_ids = '{0}', folder = :jobs || '/' || key
                    """)
                    .param("jobs", home.resolve("local-machine/jobs").toString())
                    .update();
            new Launcher(home.resolve("local-machine"), Duration.ofSeconds(1))
                    .launch(unseen, new Slots(Computer.detect()).take(unseen).orElseThrow())
                    .waitFor();

            LocalMachine next = workshop.open();
            for (JobRequest job : java.util.List.of(never, unseen)) {
                assertThat(Workshop.awaitEnd(next, job).state()).isEqualTo(JobState.SUCCEEDED);
                assertThat(job.folder().resolve("runs")).hasContent("once\n");
            }
        }
    }

    private static JobRequest gated(Workshop workshop) {
        return workshop.script(
                "echo once >> runs; mkfifo gate.new; mv gate.new gate; echo begun; read -r line < gate; echo ended");
    }

    private static void open(JobRequest job) throws IOException {
        Files.writeString(job.folder().resolve("gate"), "go on\n");
    }

    private boolean end(JobRequest job) {
        return Files.exists(home.resolve("local-machine/jobs").resolve(job.key() + "/ended"));
    }
}
