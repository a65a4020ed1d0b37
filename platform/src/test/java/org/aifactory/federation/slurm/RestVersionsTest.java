package org.aifactory.federation.slurm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.aifactory.federation.Booking;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.slurm.Cluster.Load;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every version of slurmrestd's interface that is spoken here says the same in its own words. */
@ParameterizedClass
@ValueSource(strings = {"v0.0.38", "v0.0.40", "v0.0.41", "v0.0.42"})
class RestVersionsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant START = Instant.ofEpochSecond(1_795_800_687);
    private static final Batch JOB = new Batch(
            "aif-new",
            "gpu",
            "startups",
            "#!/bin/bash\necho \"it's\"\n",
            "/srv/jobs/new",
            2,
            4,
            1,
            100,
            Duration.ofSeconds(61));

    @Parameter
    private String version = "";

    private RecordedSlurmrestd slurmrestd;
    private RestCluster cluster;

    @BeforeEach
    void begin() throws IOException {
        slurmrestd = new RecordedSlurmrestd(version);
        cluster = cluster(slurmrestd.address(), "token");
    }

    @AfterEach
    void end() {
        slurmrestd.close();
    }

    private static RestCluster cluster(URI address, String token) {
        return new RestCluster(
                HTTP, JSON, new SlurmSite.Rest(address, "root", "startups", token), InstantSource.system());
    }

    @Test
    void the_newest_version_that_both_speak_is_found_once() {
        assertThat(cluster.version()).matches("2[2-5]\\.\\d\\d\\.\\d+");
        long before = slurmrestd.asked().size();
        assertThat(cluster.version()).isNotEmpty();
        assertThat(slurmrestd.asked()).hasSize((int) before + 1);
        assertThat(slurmrestd.asked())
                .allSatisfy(asked -> assertThat(asked.person()).isEqualTo("root"));
    }

    @Test
    void a_controller_that_is_down_is_away_whatever_slurmrestd_says() {
        slurmrestd.answerInstead("ping", "ping-down");
        assertThatThrownBy(cluster::version)
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("controller");
    }

    @Test
    void a_job_is_handed_over_once_with_all_that_it_asks_for() throws Exception {
        assertThat(cluster.submit(JOB)).isEqualTo(120);
        List<RecordedSlurmrestd.Asked> posts = slurmrestd.asked().stream()
                .filter(asked -> asked.method().equals("POST"))
                .toList();
        assertThat(posts).hasSize(1);
        JsonNode sent = JSON.readTree(posts.getFirst().body());
        JsonNode wish = sent.get("job");
        assertThat(sent.toString()).contains("echo \\\"it's\\\"", "PATH", "/srv/jobs/new/complaints");
        assertThat(wish.get("name").asString())
                .isEqualTo(wish.get("comment").asString())
                .isEqualTo("aif-new");
        assertThat(wish.get("account").asString()).isEqualTo("startups");
        assertThat(wish.get("cpus_per_task").asInt()).isEqualTo(4);
        assertThat(wish.get("requeue").asBoolean()).isFalse();
        // A minute begun is a minute, and nodes have memory each.
        assertThat(wish.get("time_limit").toString()).contains("2");
        assertThat(wish.get("memory_per_node").toString()).contains("100");
        assertThat(wish.toString()).containsPattern("gpu:1\"");
    }

    @Test
    void a_job_that_is_taken_and_cannot_start_just_now_is_taken() throws Exception {
        slurmrestd.answerInstead("submit", "submit-later");
        assertThat(cluster.submit(JOB)).isEqualTo(120);
    }

    @ParameterizedTest
    @CsvSource({
        "submit-account, account startups",
        "submit-partition, partition gpu",
        "submit-nodes, node configuration"
    })
    void what_slurm_will_never_take_is_refused_with_the_reason(String answer, String words) {
        slurmrestd.answerInstead("submit", answer);
        assertThatThrownBy(() -> cluster.submit(JOB))
                .isInstanceOf(Cluster.Refused.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit-away", "submit-standby"})
    void a_controller_that_cannot_take_a_job_now_has_not_refused_it(String answer) {
        slurmrestd.answerInstead("submit", answer);
        assertThatThrownBy(() -> cluster.submit(JOB)).isInstanceOf(MachineUnavailable.class);
    }

    @ParameterizedTest
    @CsvSource({
        "aif-runs, RUNNING",
        "aif-waits, QUEUED",
        "aif-done, SUCCEEDED",
        "aif-memory, FAILED",
        "aif-node, MACHINE_FAILED",
        "aif-time, TIMED_OUT",
        "aif-preempted, MACHINE_FAILED",
        "aif-ends, RUNNING",
        "aif-held, QUEUED",
        "aif-cancelled, CANCELLED"
    })
    void every_state_is_known_and_all_jobs_come_by_one_question(String name, JobState state) {
        cluster.version();
        int before = slurmrestd.asked().size();
        SlurmJob job = requireNonNull(cluster.jobs().get(name));
        assertThat(job.state().meaning()).isEqualTo(state);
        assertThat(slurmrestd.asked()).hasSize(before + 1);
        assertThat(job.ended().isPresent()).isEqualTo(state.hasEnded());
    }

    @Test
    void a_job_tells_when_it_began_or_is_expected_to_and_what_it_has() {
        Map<String, SlurmJob> jobs = cluster.jobs();
        SlurmJob runs = requireNonNull(jobs.get("aif-runs"));
        assertThat(runs.started()).contains(START);
        assertThat(runs.cores()).isEqualTo(4);
        assertThat(runs.gpus()).isEqualTo(2);
        SlurmJob waits = requireNonNull(jobs.get("aif-waits"));
        assertThat(waits.started()).isEmpty();
        assertThat(waits.begins()).contains(START.plusSeconds(3600));
        assertThat(waits.why()).isEqualTo("Resources");
        SlurmJob drained = requireNonNull(jobs.get("aif-drained"));
        assertThat(drained.why()).isEqualTo("ReqNodeNotAvail");
        assertThat(drained.begins()).isEmpty();
        assertThat(drained.restarts()).isOne();
        assertThat(requireNonNull(jobs.get("aif-memory")).state()).isEqualTo(SlurmState.OUT_OF_MEMORY);
        assertThat(requireNonNull(jobs.get("aif-node")).state()).isEqualTo(SlurmState.NODE_FAIL);
        assertThat(requireNonNull(jobs.get("aif-preempted")).state()).isEqualTo(SlurmState.PREEMPTED);
    }

    @Test
    void the_queue_holds_what_runs_and_what_waits_for_its_turn() {
        List<Load> queue = cluster.queue("gpu").orElseThrow();
        assertThat(queue).extracting(Load::name).containsExactly("aif-runs", "aif-waits", "aif-ends", "aif-drained");
        assertThat(queue.getFirst().ends()).contains(START.plusSeconds(3600));
        assertThat(queue.get(1).limit()).isEqualTo(Duration.ofMinutes(90));
        assertThat(queue.get(1).gpus()).isOne();
        assertThat(queue.get(1).begins()).contains(START.plusSeconds(3600));
        assertThat(queue.get(1).priority()).isEqualTo(4_294_901_757L);
    }

    @Test
    void the_accounts_know_what_the_controller_has_forgotten_and_what_was_taken() {
        List<String> names = List.of("aif-twice", "aif-runs");
        SlurmJob last = requireNonNull(cluster.accounted(names, START).get("aif-twice"));
        assertThat(last.number()).isEqualTo(95);
        assertThat(last.state()).isEqualTo(SlurmState.COMPLETED);
        assertThat(last.ended()).contains(START.minusSeconds(748));
        assertThat(slurmrestd.asked().getLast().address())
                .contains("job_name=aif-twice%2Caif-runs", "start_time=uts1795800687");
        SlurmJob never = requireNonNull(cluster.accounted(names, START).get("aif-never"));
        assertThat(never.started()).isEmpty();
        Map<String, List<Booking>> books = cluster.books(names, START);
        assertThat(books.get("aif-twice")).containsExactly(new Booking(40, 4, 2, true), new Booking(42, 4, 2, true));
        assertThat(books.get("aif-runs")).containsExactly(new Booking(17, 4, 2, false));
    }

    @Test
    void accounts_that_find_nothing_are_told_apart_from_accounts_that_are_away() {
        slurmrestd.answerInstead("accounted", "accounted-none");
        assertThat(cluster.accounted(List.of("aif-x"), START)).isEmpty();
        slurmrestd.answerInstead("accounted", "accounted-away");
        assertThatThrownBy(() -> cluster.accounted(List.of("aif-x"), START)).isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void an_outage_is_never_read_as_no_jobs() {
        slurmrestd.answerInstead("jobs", "jobs-away");
        assertThatThrownBy(cluster::jobs).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> cluster.queue("gpu")).isInstanceOf(MachineUnavailable.class);
        URI address = slurmrestd.address();
        slurmrestd.close();
        assertThatThrownBy(cluster::jobs).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> cluster(address, "token").version()).isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void a_token_that_has_expired_is_named_however_it_is_answered() {
        String claims = Base64.getUrlEncoder()
                .encodeToString("{\"exp\":1700000000,\"sun\":\"root\"}".getBytes(StandardCharsets.UTF_8));
        RestCluster late = cluster(slurmrestd.address(), "e30." + claims + ".c2ln");
        slurmrestd.answerInstead("jobs", "token-refused");
        assertThatThrownBy(late::jobs).isInstanceOf(MachineUnavailable.class).hasMessageContaining("expired");
        assertThatThrownBy(cluster::jobs).isInstanceOf(MachineUnavailable.class).hasMessageContaining("authentication");
    }

    @Test
    void a_job_that_is_not_there_stays_so_when_it_is_cancelled() {
        cluster.cancel(7);
        assertThat(slurmrestd.asked().getLast().method()).isEqualTo("DELETE");
        slurmrestd.answerInstead("cancel", "cancel-unknown");
        cluster.cancel(7);
    }

    @Test
    void a_job_that_could_not_be_ended_is_not_taken_for_ended() {
        slurmrestd.answerInstead("cancel", "cancel-denied");
        assertThatThrownBy(() -> cluster.cancel(7))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("denied");
    }

    @Test
    void partitions_have_the_shape_of_their_nodes_and_what_is_free_is_free_on_those_that_are_up() {
        assertThat(cluster.partitions())
                .containsExactly(
                        new Cluster.Shape(
                                "gpu", 3, 16, 4, List.of("a100"), 64_000, Duration.ofDays(2), List.of(), true),
                        new Cluster.Shape(
                                "old", 0, 0, 0, List.of(), 0, Duration.ZERO, List.of("staff", "guests"), false));
        assertThat(cluster.free("gpu")).isEqualTo(new Cluster.Free(48, 28, 12, 6, 192_000, 127_200));
        assertThatThrownBy(() -> cluster.free("gone"))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("gone");
    }

    @Test
    void accounts_tell_who_may_use_them_and_how_much() {
        assertThat(cluster.accountBooks().of("startups"))
                .containsExactly(
                        new Association(
                                "trial", "startups", "", List.of("normal"), Map.of("cpu", 767L, "gres/gpu", 1200L)),
                        new Association("trial", "startups", "root", List.of("normal", "long"), Map.of()));
    }

    @Test
    void an_account_is_opened_under_another_for_a_person_and_limited() throws Exception {
        AccountBooks books = cluster.accountBooks();
        books.open("startups-1", "Aurora", "startups", "root");
        assertThat(slurmrestd.asked().getLast().body())
                .contains("\"parent_account\":\"startups\"", "\"user\":\"root\"", "\"cluster\":\"trial\"", "\"long\"")
                .containsPattern("\"user\" ?: ?null");
        books.limit("startups", "root", Map.of("gres/gpu", 1200L));
        assertThat(slurmrestd.asked().getLast().body()).contains("\"name\":\"gpu\"", "1200", "\"user\":\"root\"");

        slurmrestd.answerInstead("accounts-set", "accounts-set-denied");
        assertThatThrownBy(() -> books.open("startups-1", "Aurora", "startups", "root"))
                .isInstanceOf(Cluster.Refused.class)
                .hasMessageContaining("denied");
    }

    @ParameterizedTest
    @CsvSource({"user, true", "user-coordinator, true", "user-nobody, false"})
    void who_administrates_slurm_or_coordinates_an_account_may_open_others_under_it(String user, boolean may) {
        slurmrestd.answerInstead("user", user);
        assertThat(cluster.accountBooks().mayOpen("startups", "root")).isEqualTo(may);
    }

    @Test
    void a_site_that_gets_another_slurm_is_spoken_to_in_its_words_from_then_on() {
        String other = version.equals("v0.0.42") ? "v0.0.41" : "v0.0.42";
        RestCluster known = cluster(slurmrestd.address(), "token");
        known.version();
        slurmrestd.speak(other);
        assertThatThrownBy(known::jobs).isInstanceOf(MachineUnavailable.class);
        assertThat(known.jobs()).containsKey("aif-runs");
        slurmrestd.speak("v0.0.36");
        assertThatThrownBy(known::jobs).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(known::jobs).isInstanceOf(MachineUnavailable.class).hasMessageContaining("v0.0.38");
    }
}
