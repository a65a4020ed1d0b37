package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.slurm.Cluster.Shape;
import org.aifactory.federation.ssh.SiteFolder;
import org.aifactory.federation.ssh.SiteFolder.How;
import org.aifactory.federation.ssh.SiteTree;
import org.aifactory.federation.ssh.SshConnection;
import org.aifactory.federation.ssh.SshConnections;
import org.aifactory.federation.ssh.SshHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login node of a real Slurm, as the connector by SSH meets it. */
@Tag("slurm")
class SshSiteTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path here;

    @TempDir
    private Path there;

    private final SshConnections connections = new SshConnections();
    private TrialCluster trial;
    private SshHost host;
    private SshConnection login;
    private SiteFolder site;

    @BeforeEach
    void connect() throws IOException, InterruptedException {
        trial = TrialCluster.shared();
        SshHost unknown = host(Files.readString(Path.of(trial.get("SSH_KEY"))), "");
        host = host(unknown.key(), connections.of(unknown).hostKey());
        login = connections.of(host);
        site = new SiteFolder(login, there + "/a/site's");
    }

    @AfterEach
    void end() {
        connections.destroy();
    }

    private SshHost host(String key, String hostKey) {
        return new SshHost("127.0.0.1", Integer.parseInt(trial.get("SSH_PORT")), trial.get("USER"), key, hostKey);
    }

    private SshCluster cluster() {
        return new SshCluster(login, trial.get("USER"), InstantSource.system());
    }

    private Batch batch(String name, String script) {
        return new Batch(
                name, "cpu", trial.get("ACCOUNT"), script, there.toString(), 1, 1, 0, 100, Duration.ofMinutes(1));
    }

    private SlurmJob await(String name, JobState state) throws InterruptedException {
        Instant patience = Instant.now().plusSeconds(60);
        while (true) {
            SlurmJob job = cluster().jobs().get(name);
            if (job != null && job.state().meaning() == state) {
                return job;
            }
            assertThat(Instant.now()).as("still " + job).isBefore(patience);
            Thread.sleep(100);
        }
    }

    @Test
    void the_computer_is_known_again_by_the_key_that_it_showed_first() throws IOException {
        assertThat(host.hostKey())
                .startsWith("ssh-")
                .isSubstringOf(Files.readString(Path.of(trial.get("SSH_HOST_KEY"))));
        String other = Files.readString(Path.of(trial.get("SSH_KEY") + ".pub")).strip();
        assertThatThrownBy(() -> connections.of(host(host.key(), other)).ask(List.of("true"), ""))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("shows the host key SHA256:");
    }

    @Test
    void a_wrong_key_and_a_dead_computer_are_told_apart() throws Exception {
        String wrong = Files.readString(trial.folder().resolve("ssh/host"));
        assertThatThrownBy(() -> connections.of(host(wrong, host.hostKey())).ask(List.of("true"), ""))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("authorized_keys");
        SshHost dead = new SshHost("127.0.0.1", 1, "root", host.key(), host.hostKey());
        assertThatThrownBy(() -> connections.of(dead).ask(List.of("true"), ""))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("does not answer by SSH");
    }

    @Test
    void no_word_means_anything_to_the_shell() {
        String word = "$(touch pwned) ; `id` \"it's\" && * \\ | > < # ~ !";
        assertThat(login.ask(List.of("printf", "%s", word), "").printed()).isEqualTo(word);
        assertThat(login.ask(List.of("cat"), word).printed()).isEqualTo(word);
    }

    @Test
    void a_session_that_broke_is_begun_again() throws Exception {
        assertThat(login.ask(List.of("echo", "one"), "").printed()).isEqualTo("one\n");
        endSessions();
        assertThat(login.ask(List.of("echo", "two"), "").printed()).isEqualTo("two\n");
    }

    /** Those processes of sshd that serve somebody; sshd itself goes on. */
    private void endSessions() throws IOException, InterruptedException {
        String pid = Files.readString(trial.folder().resolve("run/sshd.pid")).strip();
        new ProcessBuilder("pkill", "-KILL", "-P", pid).start().waitFor();
    }

    @Test
    void slurm_is_asked_by_its_commands() throws Exception {
        SshCluster slurm = cluster();
        assertThat(slurm.version()).startsWith("2");
        assertThat(slurm.partitions()).extracting(Shape::name).containsExactlyInAnyOrder("cpu", "gpu");
        Shape gpu = slurm.partitions().stream()
                .filter(shape -> shape.name().equals("gpu"))
                .findFirst()
                .orElseThrow();
        assertThat(gpu.nodes()).isEqualTo(2);
        assertThat(gpu.gpus()).isEqualTo(4);
        assertThat(gpu.limit()).isEqualTo(Duration.ofDays(2));
        assertThat(gpu.up()).isTrue();
        assertThat(slurm.free("gpu").gpus()).isEqualTo(8);

        String name = "aif-" + UUID.randomUUID();
        long number = slurm.submit(batch(name, "#!/bin/bash\nsleep 60\n"));
        SlurmJob running = await(name, JobState.RUNNING);
        assertThat(running.number()).isEqualTo(number);
        assertThat(running.cores()).isEqualTo(1);
        assertThat(running.started()).isPresent();
        slurm.cancel(number);
        SlurmJob ended = await(name, JobState.CANCELLED);
        assertThat(ended.ended()).isPresent();
        slurm.cancel(number);
        slurm.cancel(999_999);
        assertThat(accounted(name).state()).isEqualTo(SlurmState.CANCELLED);
        assertThat(slurm.accounted(List.of("aif-" + UUID.randomUUID()), Instant.now()))
                .isEmpty();
    }

    private SlurmJob accounted(String name) throws InterruptedException {
        Instant patience = Instant.now().plusSeconds(60);
        while (true) {
            SlurmJob job = cluster()
                    .accounted(List.of(name), Instant.now().minusSeconds(600))
                    .get(name);
            if (job != null && job.state().meaning().hasEnded()) {
                return job;
            }
            assertThat(Instant.now()).isBefore(patience);
            Thread.sleep(200);
        }
    }

    @Test
    void what_slurm_refuses_is_told_apart_from_an_outage() {
        String script = "#!/bin/bash\n";
        Duration limit = Duration.ofMinutes(1);
        Batch nowhere =
                new Batch("aif-x", "no-such", trial.get("ACCOUNT"), script, there.toString(), 1, 1, 0, 100, limit);
        assertThatThrownBy(() -> cluster().submit(nowhere))
                .isInstanceOf(Cluster.Refused.class)
                .hasMessageContaining("partition");
        Batch stranger = new Batch("aif-y", "cpu", "no-such", script, there.toString(), 1, 1, 0, 100, limit);
        assertThatThrownBy(() -> cluster().submit(stranger))
                .isInstanceOf(Cluster.Refused.class)
                .hasMessageContaining("account");
    }

    @Test
    void a_folder_is_laid_out_as_it_is_here_and_comes_back_so() throws IOException {
        site.require();
        Path folder = Files.createDirectories(here.resolve("from"));
        Files.createDirectories(folder.resolve("empty"));
        Files.createDirectories(folder.resolve("deep/er"));
        byte[] bytes = new byte[3 * MIB + 7];
        new Random(1).nextBytes(bytes);
        Files.write(folder.resolve("deep/er/ two words, it's\nlong.bin"), bytes);
        Files.write(folder.resolve("none"), new byte[0]);
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\necho it runs\n");
        program.toFile().setExecutable(true);
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));

        site.send(new SiteTree().add(folder, ""), "runs/one", How.ANEW);
        assertThat(site.at("runs/one/empty")).isDirectory();
        assertThat(site.at("runs/one/link")).doesNotExist();
        assertThat(login.ask(List.of(site.at("runs/one/program").toString()), "")
                        .printed())
                .isEqualTo("it runs\n");
        Files.writeString(site.at("runs/one/none"), "written there");
        Files.createSymbolicLink(site.at("runs/one/secret"), Path.of("/etc/passwd"));

        Path back = here.resolve("back");
        assertThat(site.fetch("runs/one", back, folder)).isTrue();
        assertThat(back.resolve("none")).hasContent("written there");
        assertThat(back.resolve("deep/er/ two words, it's\nlong.bin")).hasBinaryContent(bytes);
        assertThat(back.resolve("secret")).doesNotExist();
        assertThat(site.fetch("runs/two", back, folder)).isFalse();

        site.send(new SiteTree().add(folder, ""), "inputs/one", How.ONCE);
        site.send(new SiteTree().add(folder, ""), "inputs/two", How.ONCE);
        Path one = site.at("inputs/one/program");
        assertThat(Files.getAttribute(one, "unix:ino"))
                .isEqualTo(Files.getAttribute(site.at("inputs/two/program"), "unix:ino"));
    }

    @Test
    void a_transfer_that_was_cut_goes_on_where_it_stopped() throws Exception {
        Path folder = Files.createDirectories(here.resolve("large"));
        byte[] bytes = new byte[24 * MIB];
        new Random(2).nextBytes(bytes);
        Files.write(folder.resolve("file"), bytes);
        Thread cutter = Thread.ofVirtual().start(() -> cutOnceHalf(there.resolve("a/site's/parts"), 4L * MIB));
        assertThatThrownBy(() -> site.send(new SiteTree().add(folder, ""), "inputs/large", How.ONCE))
                .isInstanceOf(MachineUnavailable.class);
        cutter.join();
        assertThat(site.at("inputs/large")).doesNotExist();
        Path part = onlyFile(site.at("parts"));
        assertThat(Files.size(part)).isBetween(4L * MIB, 24L * MIB - 1);
        Object inode = Files.getAttribute(part, "unix:ino");

        site.send(new SiteTree().add(folder, ""), "inputs/large", How.ONCE);
        assertThat(site.at("inputs/large/file")).hasBinaryContent(bytes);
        assertThat(Files.getAttribute(site.at("inputs/large/file"), "unix:ino")).isEqualTo(inode);

        // Back again, with a wrong beginning here of what was there before.
        Path back = Files.createDirectories(here.resolve("back"));
        Files.write(back.resolve("file"), new byte[MIB]);
        assertThat(site.fetch("inputs/large", back, here.resolve("none"))).isTrue();
        assertThat(back.resolve("file")).hasBinaryContent(bytes);
    }

    private static boolean hasOneLongerThan(Path folder, long bytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toFile().length() > bytes);
        }
    }

    private void cutOnceHalf(Path parts, long bytes) {
        try {
            while (!hasOneLongerThan(parts, bytes)) {
                Thread.sleep(1);
            }
            endSessions();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void a_part_that_was_damaged_meanwhile_is_sent_anew() throws IOException {
        site.require();
        Path folder = Files.createDirectories(here.resolve("damaged"));
        Files.write(folder.resolve("file"), "the whole of it".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String sum = login.ask(List.of("sha256sum", folder.resolve("file").toString()), "")
                .printed()
                .substring(0, 64);
        Files.createDirectories(site.at("parts"));
        Files.writeString(site.at("parts/" + sum), "another");
        site.send(new SiteTree().add(folder, ""), "inputs/damaged", How.ONCE);
        assertThat(site.at("inputs/damaged/file")).hasContent("the whole of it");
    }

    @Test
    void a_full_file_system_is_named_and_what_arrived_is_kept() throws Exception {
        Path small = Files.createDirectories(there.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString());
        try {
            SiteFolder narrow = new SiteFolder(login, small + "/site");
            narrow.require();
            Path folder = Files.createDirectories(here.resolve("wide"));
            byte[] bytes = new byte[4 * MIB];
            new Random(3).nextBytes(bytes);
            Files.write(folder.resolve("file"), bytes);
            assertThatThrownBy(() -> narrow.send(new SiteTree().add(folder, ""), "inputs/wide", How.ONCE))
                    .isInstanceOf(MachineUnavailable.class)
                    .hasMessageContaining("raise the quota");
            assertThat(narrow.at("inputs/wide")).doesNotExist();
            run("mount", "-o", "remount,size=16m", small.toString());
            narrow.send(new SiteTree().add(folder, ""), "inputs/wide", How.ONCE);
            assertThat(narrow.at("inputs/wide/file")).hasBinaryContent(bytes);
        } finally {
            run("umount", small.toString());
        }
    }

    private static void run(String... words) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void the_folder_must_be_one_that_can_be_written_to() {
        SiteFolder nowhere = new SiteFolder(login, "/proc/no-such");
        assertThatThrownBy(nowhere::require)
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("/proc/no-such");
    }
}
