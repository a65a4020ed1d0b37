package org.aifactory.federation.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aifactory.database.TestDatabase;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.web.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes on this computer. */
class LocalMachineTest {
    private static final DataSource DATABASE = TestDatabase.migrated("local_machine");
    private static final int CORES = Computer.detect().cores().size();
    private static final long MEMORY = Computer.detect().memoryBytes();

    @TempDir
    Path home;

    private Workshop workshop;
    private LocalMachine machine;

    @BeforeEach
    void open() {
        workshop = new Workshop(DATABASE, home);
        machine = workshop.open();
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    @Test
    void a_program_runs_and_its_times_are_those_of_its_own_process() {
        JobRequest job = workshop.script("echo begin $EPOCHREALTIME; sleep 0.3; echo end $EPOCHREALTIME");
        JobReport report = workshop.run(machine, job);

        assertThat(report.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(report.exitStatus()).contains(0);
        assertThat(report.reason()).isEqualTo(Reason.of(Kind.ENDED));
        assertThat(report.allocatedCores()).isEqualTo(1);
        String[] words = Workshop.log(machine, job).split("\\s+", -1);
        double began = Double.parseDouble(words[1]);
        double ended = Double.parseDouble(words[3]);
        assertThat(seconds(report.started().orElseThrow())).isBetween(began - 10, began);
        assertThat(seconds(report.ended().orElseThrow())).isBetween(ended, ended + 10);
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    @Test
    void how_a_program_failed_is_told() {
        JobReport report = workshop.run(machine, workshop.script("echo what went wrong >&2; exit 3"));
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.exitStatus()).contains(3);
        assertThat(report.reason()).isEqualTo(Reason.of(Kind.EXIT_STATUS, 3));

        assertThat(workshop.run(machine, workshop.job("no-such-program")).exitStatus())
                .contains(127);
        // Bash itself would end by the signal only if it were not the first process in its world.
        assertThat(workshop.run(machine, workshop.script("bash -c 'kill -SEGV $$'; exit $?"))
                        .reason())
                .isEqualTo(Reason.of(Kind.SIGNAL, 11));
    }

    @Test
    void a_job_submitted_again_runs_once_and_another_cannot_have_its_key() {
        JobRequest job = workshop.script("echo once >> runs");
        machine.submit(job);
        machine.submit(job);
        assertThat(Workshop.awaitEnd(machine, job).state()).isEqualTo(JobState.SUCCEEDED);
        machine.submit(job);
        assertThat(job.folder().resolve("runs")).hasContent("once\n");

        JobRequest other = Workshop.asking(job, 1, job.memoryBytes(), Duration.ofSeconds(5));
        assertThatThrownBy(() -> machine.submit(other)).isInstanceOf(Problem.class);
    }

    @Test
    void a_secret_reaches_the_program_alone() throws IOException {
        JobRequest script =
                workshop.script("echo \"${#TOKEN} $PLAIN $LD_PRELOAD $BASH_ENV\"; mkfifo gate; read -r line < gate");
        JobRequest job = Workshop.with(
                script,
                Map.of("PLAIN", "two\nlines", "BASH_ENV", "/nowhere", "LD_PRELOAD", ""),
                Map.of("TOKEN", "s3cr3t-of-the-start-up"));
        machine.submit(job);
        Workshop.await(
                machine,
                job,
                report -> report.state() == JobState.RUNNING
                        && Workshop.log(machine, job).contains("lines"));

        assertThat(Workshop.log(machine, job)).isEqualTo("22 two\nlines  /nowhere\n");
        assertThat(commandLines()).anyMatch(line -> line.contains("mkfifo")).noneMatch(line -> line.contains("s3cr3t"));
        assertThat(workshop.sql
                        .sql("select coalesce(secrets::text, '') || request::text from federation.local_job")
                        .query(String.class)
                        .single())
                .doesNotContain("s3cr3t");
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("s3cr3t");
            }
        }
        assertThat(job.toString()).doesNotContain("s3cr3t");
        Files.writeString(job.folder().resolve("gate"), "go on\n");
        assertThat(Workshop.awaitEnd(machine, job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    private static List<String> commandLines() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(process -> read(process.resolve("cmdline")))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void a_confined_program_has_its_folder_and_what_it_was_given_and_nothing_else() throws IOException {
        Path given = Files.writeString(home.resolve("given"), "to be read").toRealPath();
        Path kept = Files.writeString(home.resolve("kept"), "not to be read").toRealPath();
        JobRequest job = Workshop.reading(
                workshop.script("""
                        cat %1$s; echo
                        (echo no > %1$s) 2> /dev/null || echo cannot change what it was given
                        cat %2$s 2> /dev/null || echo cannot read a neighbour
                        cat /etc/shadow %3$s/local-machine/job.sh 2> /dev/null || echo cannot read the platform
                        (echo no > /usr/bin/mine) 2> /dev/null || echo cannot change the system
                        (echo < /dev/tcp/127.0.0.1/%4$s) 2> /dev/null || echo no network
                        ls /proc | grep -c '^[0-9]' > processes
                        ls -A /tmp | grep -vc junit; echo mine > /tmp/mine && cat /tmp/mine
                        kill -KILL %5$s 2> /dev/null || echo cannot end the platform
                        """.formatted(
                                given,
                                kept,
                                home.toRealPath(),
                                databasePort(),
                                ProcessHandle.current().pid())),
                List.of(given));
        assertThat(workshop.run(machine, job).state()).isEqualTo(JobState.SUCCEEDED);

        assertThat(Workshop.log(machine, job)).isEqualTo("""
                to be read
                cannot change what it was given
                cannot read a neighbour
                cannot read the platform
                cannot change the system
                no network
                0
                mine
                cannot end the platform
                """);
        int processes = Integer.parseInt(
                Files.readString(job.folder().resolve("processes")).strip());
        assertThat(processes).isLessThan(8);
        assertThat(Path.of("/tmp/mine")).doesNotExist();
    }

    /** A port of this computer on which somebody listens. */
    private String databasePort() {
        return workshop.sql
                .sql("select inet_server_port()")
                .query(Integer.class)
                .single()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelling_ends_a_program_its_grandchildren_and_what_left_its_group(boolean confined) {
        JobRequest script = workshop.script("""
                trap '' TERM
                (sleep 1000 & setsid -f sleep 1001)
                bash -c "trap '' TERM; sleep 1002 & wait" &
                echo begun
                while :; do wait; done
                """);
        JobRequest job = confined ? script : Workshop.unconfined(script);
        machine.submit(job);
        Workshop.await(machine, job, report -> Workshop.log(machine, job).contains("begun"));
        Workshop.await("three sleepers", () -> sleepers() == 3);

        machine.cancel(job.key());
        JobReport report = Workshop.awaitEnd(machine, job);
        assertThat(report.state()).isEqualTo(JobState.CANCELLED);
        assertThat(report.reason()).isEqualTo(Reason.of(Kind.CANCELLED));
        Workshop.await("all ended", () -> sleepers() == 0);
    }

    private static long sleepers() {
        try {
            return commandLines().stream()
                    .filter(line -> line.matches("sleep\u0000100[012]\u0000"))
                    .count();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cancelled_program_may_end_in_order(boolean confined) throws IOException {
        JobRequest script = workshop.script("""
                trap 'echo saved > checkpoint; exit 0' TERM
                echo ready
                while :; do sleep 0.05; done
                """);
        JobRequest job = confined ? script : Workshop.unconfined(script);
        machine.submit(job);
        Workshop.await(machine, job, report -> Workshop.log(machine, job).contains("ready"));

        machine.cancel(job.key());
        assertThat(Workshop.awaitEnd(machine, job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(job.folder().resolve("checkpoint")).hasContent("saved\n");
        machine.cancel(job.key());
        assertThat(machine.find(job.key()).orElseThrow().exitStatus()).contains(0);
    }

    @Test
    void a_program_is_ended_when_its_time_is_over() {
        JobRequest job = Workshop.asking(workshop.script("exec sleep 1000"), 1, Workshop.MIB, Duration.ofSeconds(1));
        JobReport report = workshop.run(machine, job);
        assertThat(report.state()).isEqualTo(JobState.TIMED_OUT);
        assertThat(report.reason()).isEqualTo(Reason.of(Kind.OUT_OF_TIME, 1));
        assertThat(Duration.between(
                        report.started().orElseThrow(), report.ended().orElseThrow()))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
    }

    @Test
    void a_program_is_ended_when_it_takes_more_memory_than_it_asked_for() {
        JobRequest job = Workshop.asking(
                workshop.script("head -c 90M /dev/zero | tail -c 90M | sleep 1000"),
                1,
                30 * Workshop.MIB,
                Duration.ofMinutes(1));
        JobReport report = workshop.run(machine, job);
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.reason().kind()).isEqualTo(Kind.OUT_OF_MEMORY);
        assertThat(report.reason().details().getLast()).isEqualTo(30L);
    }

    @Test
    void a_program_is_kept_to_its_cores() {
        JobRequest job = workshop.script("nproc");
        workshop.run(machine, job);
        assertThat(Workshop.log(machine, job)).isEqualTo("1\n");
    }

    @Test
    void who_comes_first_is_first_and_who_waits_is_told_why() {
        JobRequest all = Workshop.asking(workshop.script("sleep 1000"), CORES, Workshop.MIB, Duration.ofMinutes(1));
        JobRequest large = Workshop.asking(workshop.script("true"), CORES, Workshop.MIB, Duration.ofMinutes(1));
        JobRequest small = workshop.script("true");
        machine.submit(all);
        Workshop.awaitRunning(machine, all);
        machine.submit(large);
        machine.submit(small);

        assertThat(machine.find(large.key()).orElseThrow().reason()).isEqualTo(Reason.of(Kind.CORES_BUSY, CORES, 0));
        assertThat(machine.find(small.key()).orElseThrow().reason()).isEqualTo(Reason.of(Kind.BEHIND_OTHERS, 1));
        assertThat(machine.capacity(workshop.partition).queued()).isEqualTo(2);
        assertThat(machine.capacity(workshop.partition).freeCores()).isZero();
        Instant start = machine.expectedStart(workshop.script("true")).orElseThrow();
        assertThat(start).isAfter(Instant.now().plusSeconds(60));

        machine.cancel(large.key());
        assertThat(machine.find(large.key()).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        machine.cancel(all.key());
        assertThat(Workshop.awaitEnd(machine, small).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(machine.find(large.key()).orElseThrow().started()).isEmpty();
    }

    @Test
    void what_the_computer_can_never_run_is_refused_in_a_sentence() {
        assertThatThrownBy(() ->
                        machine.submit(Workshop.asking(workshop.script("true"), CORES + 1, 1, Duration.ofSeconds(1))))
                .isInstanceOf(Problem.class)
                .hasMessage("This computer has " + CORES + " cores; " + (CORES + 1) + " were asked for.");
        assertThatThrownBy(() ->
                        machine.submit(Workshop.asking(workshop.script("true"), 1, MEMORY + 1, Duration.ofSeconds(1))))
                .isInstanceOf(Problem.class);
    }

    @Test
    void nothing_starts_on_a_closed_computer_nor_into_maintenance() {
        workshop.sql.sql("update federation.machine set open = false").update();
        JobRequest job = workshop.script("true");
        machine.submit(job);
        assertThat(machine.find(job.key()).orElseThrow().reason()).isEqualTo(Reason.of(Kind.CLOSED));
        assertThat(machine.expectedStart(job)).isEmpty();

        workshop.sql
                .sql("""
                insert into federation.maintenance (id, machine, from_at, until, reason)
                select gen_random_uuid(), id, :from, :until, 'new fans' from federation.machine
                """)
                .param("from", Instant.now().plusSeconds(30).atOffset(ZoneOffset.UTC))
                .param("until", Instant.now().plusSeconds(3600).atOffset(ZoneOffset.UTC))
                .update();
        workshop.sql.sql("update federation.machine set open = true").update();
        assertThat(machine.find(job.key()).orElseThrow().reason().kind()).isEqualTo(Kind.MAINTENANCE);
        assertThat(machine.expectedStart(job).orElseThrow())
                .isAfter(Instant.now().plusSeconds(3000));
        JobRequest quick = Workshop.asking(workshop.script("true"), 1, Workshop.MIB, Duration.ofSeconds(5));
        assertThat(workshop.run(machine, quick).state()).isEqualTo(JobState.SUCCEEDED);

        workshop.sql.sql("delete from federation.maintenance").update();
        assertThat(Workshop.awaitEnd(machine, job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void of_a_long_log_the_beginning_and_the_end_stay() throws IOException {
        JobRequest job = workshop.script("echo first; head -c 60M /dev/urandom; echo; echo last");
        JobReport report = workshop.run(machine, job);
        assertThat(report.state()).isEqualTo(JobState.SUCCEEDED);

        JobLog beginning = machine.log(job.key(), 0, 6);
        assertThat(beginning.bytes()).asString().isEqualTo("first\n");
        assertThat(beginning.size()).isEqualTo(60 * Workshop.MIB + 12);
        assertThat(machine.log(job.key(), -5, 100).bytes()).asString().isEqualTo("last\n");
        long read = 0;
        long from = 0;
        while (from < beginning.size()) {
            JobLog piece = machine.log(job.key(), from, 1 << 20);
            assertThat(piece.bytes()).isNotEmpty();
            read += piece.bytes().length;
            from = piece.next();
        }
        assertThat(read).isBetween(2L * JobFolder.LOG_PART, 4L * JobFolder.LOG_PART);
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(20 * Workshop.MIB);
        }
        machine.forget(job.key());
        assertThat(machine.find(job.key())).isEmpty();
        assertThat(home.resolve("local-machine/jobs")).isEmptyDirectory();
    }

    @Test
    void a_job_whose_watcher_is_gone_is_the_machines_fault_and_leaves_nothing_running() throws IOException {
        JobRequest job = Workshop.unconfined(workshop.script("sleep 1000 & sleep 1001 & echo begun; wait"));
        machine.submit(job);
        Workshop.await(machine, job, report -> Workshop.log(machine, job).contains("begun"));
        Workshop.await("two sleepers", () -> sleepers() == 2);
        Processes.signal("KILL", folder(job).watcher().orElseThrow().pid());

        JobReport report = Workshop.awaitEnd(machine, job);
        assertThat(report.state()).isEqualTo(JobState.MACHINE_FAILED);
        assertThat(report.reason()).isEqualTo(Reason.of(Kind.LOST));
        Workshop.await("all ended", () -> sleepers() == 0);
    }

    @Test
    void another_process_that_has_the_number_of_one_that_ended_is_not_mistaken_for_it() throws Exception {
        JobRequest job = Workshop.unconfined(workshop.script("sleep 1000"));
        machine.submit(job);
        Workshop.awaitRunning(machine, job);
        machine.stop();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        JobFolder folder = folder(job);
        var watcher = folder.watcher().orElseThrow();
        Processes.signal("KILL", watcher.pid());
        Files.writeString(
                folder.path().resolve("claim"),
                stranger.pid() + " " + watcher.startTicks() + " " + watcher.boot() + "\n");

        assertThat(Workshop.awaitEnd(workshop.open(), job).state()).isEqualTo(JobState.MACHINE_FAILED);
        assertThat(stranger.isAlive()).isTrue();
        stranger.destroyForcibly();
    }

    private JobFolder folder(JobRequest job) {
        return new JobFolder(
                home.resolve("local-machine/jobs").resolve(job.key().toString()));
    }

    @Test
    void of_two_instances_one_drives_and_the_other_knows_as_much_and_takes_over() {
        LocalMachine second = workshop.open();
        JobRequest job = workshop.script("echo once >> runs; sleep 0.2; echo done");
        assertThat(workshop.run(second, job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(Workshop.log(second, job)).isEqualTo("done\n");
        assertThat(job.folder().resolve("runs")).hasContent("once\n");

        JobRequest long_ = workshop.script("exec sleep 1000");
        second.submit(long_);
        Workshop.awaitRunning(second, long_);
        machine.stop();
        JobRequest next = workshop.script("true");
        assertThat(workshop.run(second, next).state()).isEqualTo(JobState.SUCCEEDED);
        second.cancel(long_.key());
        assertThat(Workshop.awaitEnd(second, long_).state()).isEqualTo(JobState.CANCELLED);
    }
}
