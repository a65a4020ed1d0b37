package org.aifactory.federation.slurm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.aifactory.federation.Booking;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.ssh.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Slurm's commands were seen to print, each file by one command of the version in its folder's name. */
class SlurmCommandTest {
    private static final Batch JOB = new Batch(
            "aif-a", "cpu", "startups", "#!/bin/bash\n", "/scratch/jobs/a", 2, 4, 1, 100, Duration.ofSeconds(61));
    private static final Sbatch SBATCH = new Sbatch(JOB);

    private static String recorded(String name) throws IOException {
        try (InputStream file = SlurmCommandTest.class.getResourceAsStream("/slurm-22.05.8/" + name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Answer printed(String text) {
        return new Answer(0, text, "");
    }

    private static Answer failed(String complaints) {
        return new Answer(1, "", complaints);
    }

    @Test
    void sbatch_tells_the_number_whatever_stands_around_it() throws Exception {
        assertThat(SBATCH.read(printed("12\n"))).isEqualTo(12);
        // Where there are several clusters: “the job id number and the cluster name if present, separated by a
        // semicolon”.
        assertThat(SBATCH.read(printed("12;roihu\n"))).isEqualTo(12);
        assertThat(SBATCH.read(printed("Welcome. Your quota is 3 %.\n12\n"))).isEqualTo(12);
        assertThatThrownBy(() -> SBATCH.read(printed(""))).isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void sbatch_asks_for_all_nodes_at_once_and_a_minute_begun_is_a_minute() {
        assertThat(SBATCH.words())
                .contains("--nodes=2", "--ntasks=2", "--cpus-per-task=4", "--gres=gpu:1", "--mem=100M", "--time=2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"account", "partition", "gpus", "memory"})
    void what_slurm_will_never_take_is_refused(String why) throws IOException {
        Answer answer = failed(recorded("sbatch-" + why + ".txt"));
        assertThatThrownBy(() -> SBATCH.read(answer))
                .isInstanceOf(Cluster.Refused.class)
                .hasMessageMatching(".*(Invalid|Requested) .*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
                "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received",
                "sbatch: error: Batch job submission failed: Slurm temporarily unable to accept job, sleeping and retrying",
                "bash: line 1: sbatch: command not found",
                ""
            })
    void what_is_uncertain_is_no_refusal(String complaints) {
        assertThatThrownBy(() -> SBATCH.read(failed(complaints))).isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void an_outage_is_never_read_as_nothing_there() throws IOException {
        Answer sbatch = failed(recorded("sbatch-away.txt"));
        Answer squeue = failed(recorded("squeue-away.txt"));
        Answer scancel = failed(recorded("scancel-away.txt"));
        Answer ping = new Answer(1, recorded("scontrol-ping-away.txt"), "");
        assertThatThrownBy(() -> SBATCH.read(sbatch)).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> new Squeue("root").read(squeue)).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> new Scancel(3).read(scancel)).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> new ScontrolPing().read(ping))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("DOWN");
        // Half of an answer is none.
        assertThatThrownBy(() -> new Squeue("root").read(printed("12|RUNNING|None")))
                .isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> new Sacct("root", List.of("a"), Duration.ZERO).read(printed("12|1795|RUNN")))
                .isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void squeue_tells_of_what_waits_runs_and_has_ended() throws IOException {
        Map<String, SlurmJob> jobs = new Squeue("root").read(printed(recorded("squeue.txt")));
        assertThat(jobs).containsOnlyKeys("aif-a", "aif-w", "aif-c");
        SlurmJob runs = requireNonNull(jobs.get("aif-a"));
        assertThat(runs.state()).isEqualTo(SlurmState.RUNNING);
        assertThat(runs.started()).contains(Instant.ofEpochSecond(1_795_800_687));
        assertThat(runs.ended()).isEmpty();
        assertThat(runs.cores()).isEqualTo(1);
        assertThat(runs.gpus()).isEqualTo(2);
        SlurmJob waits = requireNonNull(jobs.get("aif-w"));
        assertThat(waits.state().meaning()).isEqualTo(JobState.QUEUED);
        assertThat(waits.why()).isEqualTo("JobHeldUser");
        assertThat(waits.started()).isEmpty();
        assertThat(waits.begins()).isEmpty();
    }

    @Test
    void squeue_tells_of_everybody_who_is_in_turn_by_one_command_for_all_partitions() throws IOException {
        List<SqueueTurns.Turn> turns = new SqueueTurns().read(printed(recorded("squeue-turns.txt")));
        // One is held by its user, and waits for nothing that anybody could foretell.
        assertThat(turns).extracting(turn -> turn.load().name()).containsExactlyInAnyOrder("runs", "waits", "both");
        Cluster.Load runs = named("runs", turns);
        assertThat(runs.runs()).isTrue();
        assertThat(runs.gpus()).isEqualTo(8);
        assertThat(runs.ends())
                .hasValueSatisfying(end -> assertThat(end).isAfter(Instant.ofEpochSecond(1_700_000_000)));
        Cluster.Load waits = named("waits", turns);
        assertThat(waits.runs()).isFalse();
        assertThat(waits.limit()).isEqualTo(Duration.ofMinutes(5));
        assertThat(waits.cores()).isEqualTo(4);
        assertThat(waits.priority()).isPositive();
        assertThat(named("both", turns).limit()).isEqualTo(Duration.ofDays(1).plusHours(2));
        assertThat(turns)
                .filteredOn(turn -> turn.load().name().equals("both"))
                .singleElement()
                .satisfies(turn -> assertThat(turn.partitions()).containsExactlyInAnyOrder("cpu", "gpu"));
        assertThatThrownBy(() -> new SqueueTurns().read(printed("RUNNING|None|12")))
                .isInstanceOf(MachineUnavailable.class);
        assertThat(new SqueueTurns()
                        .read(printed("RUNNING|None|1|12_[1-9]|cpu=2|1|N/A|UNLIMITED|cpu|a|b"))
                        .getFirst()
                        .load()
                        .limit())
                .isEqualTo(Duration.ofDays(365));
    }

    private static Cluster.Load named(String name, List<SqueueTurns.Turn> turns) {
        return turns.stream()
                .map(SqueueTurns.Turn::load)
                .filter(load -> load.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void however_many_partitions_are_looked_at_a_moment_asks_each_question_once() throws IOException {
        Map<String, Integer> asked = new java.util.HashMap<>();
        String nodes = recorded("scontrol-nodes.txt");
        SshCluster cluster = new SshCluster(
                (words, input) -> {
                    asked.merge(words.contains("squeue") ? "squeue" : "nodes", 1, Integer::sum);
                    return printed(words.contains("squeue") ? "" : nodes);
                },
                "root",
                () -> Instant.EPOCH);
        for (String partition : List.of("cpu", "gpu", "cpu")) {
            cluster.free(partition);
            assertThat(cluster.queue(partition)).contains(List.of());
        }
        assertThat(asked).isEqualTo(Map.of("squeue", 1, "nodes", 1));
    }

    @Test
    void sacct_tells_what_was_taken_and_for_how_long() throws IOException {
        Sacct sacct = new Sacct("root", List.of("aif-a", "aif-c"), Duration.ofHours(1));
        assertThat(sacct.words()).contains("--name=aif-a,aif-c", "--starttime=now-3600seconds");
        List<Sacct.Row> rows = sacct.read(printed(recorded("sacct.txt")));
        assertThat(rows).extracting(row -> row.job().name()).containsExactly("aif-a", "aif-c");
        SlurmJob cancelled = rows.get(1).job();
        assertThat(cancelled.state()).isEqualTo(SlurmState.CANCELLED);
        assertThat(cancelled.started()).contains(Instant.ofEpochSecond(1_795_800_687));
        assertThat(cancelled.ended()).contains(Instant.ofEpochSecond(1_795_800_691));
        assertThat(rows.get(1).booking()).isEqualTo(new Booking(4, 1, 0, true));
        assertThat(rows.get(0).job().gpus()).isEqualTo(2);
    }

    private static Sacct.Row account(String state) {
        String line = "7|1795800600|" + state + "|1795800687|Unknown|3|cpu=1|a\n";
        return new Sacct("root", List.of("a"), Duration.ofHours(1))
                .read(printed(line))
                .get(0);
    }

    @ParameterizedTest
    @EnumSource(SlurmState.class)
    void every_state_of_slurms_is_known_in_its_accounts(SlurmState state) {
        assertThat(account(state.name()).job().state()).isEqualTo(state);
        assertThat(account(state.name()).booking().over()).isFalse();
    }

    @Test
    void of_two_jobs_of_one_name_the_later_counts() {
        String both =
                "9|1795800680|COMPLETED|1795800687|1795800690|3|cpu=1|a\n7|1795800600|NODE_FAIL|1795800600|1795800610|10|cpu=1|a\n";
        SshCluster cluster = new SshCluster((words, input) -> printed(both), "root", InstantSource.system());
        assertThat(cluster.accounted(List.of("a"), Instant.now()))
                .hasEntrySatisfying("a", job -> assertThat(job.number()).isEqualTo(9));
        assertThat(cluster.books(List.of("a"), Instant.now()).get("a"))
                .containsExactly(new Booking(10, 1, 0, true), new Booking(3, 1, 0, true));
    }

    @Test
    void partitions_and_nodes_are_told_in_words() throws IOException {
        List<SlurmNode> nodes = new ScontrolShow("nodes")
                .read(printed(recorded("scontrol-nodes.txt"))).stream()
                        .map(SlurmNode::of)
                        .toList();
        Map<String, String> gpu = new ScontrolShow("partitions")
                .read(printed(recorded("scontrol-partitions.txt")))
                .get(1);
        assertThat(SlurmNode.shape(gpu, nodes))
                .isEqualTo(new Cluster.Shape(
                        "gpu", 2, 2, 4, List.of("a100"), 21_694, Duration.ofDays(2), List.of(), true));
        assertThat(SlurmNode.free("gpu", nodes).freeGpus()).isEqualTo(8);
        assertThat(SlurmNode.of(Map.of("State", "DOWN*", "Partitions", "cpu")).up())
                .isFalse();
        assertThat(SlurmNode.of(Map.of("State", "IDLE+DRAIN", "Partitions", "cpu"))
                        .up())
                .isFalse();
        assertThat(SlurmNode.of(Map.of("State", "MIXED", "Partitions", "cpu")).up())
                .isTrue();
    }

    @Test
    void versions_are_told_by_distributions_and_by_slurm() throws Exception {
        assertThat(new SinfoVersion().read(printed(recorded("sinfo-version.txt"))))
                .isEqualTo("22.05.8");
        assertThat(new SinfoVersion().read(printed("slurm 24.05.2\n"))).isEqualTo("24.05.2");
    }

    @Test
    void a_job_finds_at_a_site_what_it_knows_by_its_place_here() {
        Translation there = new Translation(Map.of(
                Path.of("/home/aif/runs/1"), Path.of("/scratch/runs/1"),
                Path.of("/opt/java"), Path.of("/scratch/engine/x/java")));
        assertThat(there.of("/home/aif/runs/1/output")).isEqualTo("/scratch/runs/1/output");
        assertThat(there.of("-cp=/opt/java/a:/home/aif/runs/1"))
                .isEqualTo("-cp=/scratch/engine/x/java/a:/scratch/runs/1");
        assertThat(there.of("/home/aif/runs/12 /etc/opt/java/x")).isEqualTo("/home/aif/runs/12 /etc/opt/java/x");
    }
}
