package org.aifactory.federation.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.aifactory.database.TestDatabase;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Reason.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on this computer. */
class LocalMachineTest {
    @TempDir
    Path home;

    private Workshop workshop;
    private LocalMachine machine;

    @BeforeEach
    void open() {
        workshop = new Workshop(TestDatabase.migrated("local_machine"), home);
        machine = workshop.open();
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    @Test
    void a_program_runs_and_its_times_are_those_of_its_own_process() {
        JobRequest job = workshop.script("echo begin $EPOCHREALTIME; sleep 0.5; echo end $EPOCHREALTIME");
        JobReport report = workshop.run(machine, job);

        assertThat(report.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(report.exitStatus()).contains(0);
        assertThat(report.reason()).isEqualTo(Workshop.reason(Kind.ENDED));
        assertThat(report.allocatedCores()).isEqualTo(1);
        String[] words = Workshop.log(machine, job).split("\\s+", -1);
        double began = Double.parseDouble(words[1]);
        double ended = Double.parseDouble(words[3]);
        assertThat(seconds(report.started().orElseThrow())).isBetween(began - 5, began);
        assertThat(seconds(report.ended().orElseThrow())).isBetween(ended, ended + 5);
        assertThat(Duration.between(report.started().get(), report.ended().get()))
                .isGreaterThan(Duration.ofMillis(500));
    }

    private static double seconds(java.time.Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }
}
