package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.aifactory.federation.MachineUnavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What is no answer of slurmrestd's is never taken for one, as that a job is gone. */
class OddAnswersTest {
    private static final String UP = """
            {"meta":{"slurm":{"release":"25.05.0"}},"errors":[],"pings":[{"responding":true}]}""";

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private volatile String answer = "";
    private volatile boolean ends = true;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        over.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean ping = exchange.getRequestURI().getPath().endsWith("/ping");
        byte[] body = (ping ? UP : answer).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
        if (!ping && !ends) {
            awaitEnd();
        }
        exchange.close();
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private SlurmSite.Rest site() {
        return new SlurmSite.Rest(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "root", "startups", "token");
    }

    private Cluster cluster() {
        return new UnderstoodCluster(new RestCluster(
                HttpClient.newHttpClient(), JsonMapper.builder().build(), site(), InstantSource.system()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[]}",
                "{\"errors\":[],\"jobs\":null}",
                "{\"errors\":[],\"jobs\":\"none\"}",
                "{\"errors\":{},\"jobs\":[]}",
                "{\"errors\":null,\"jobs\":[]}",
                "{\"jobs\":[]}",
                "[]",
                "\"\"",
                "<html>Sign in</html>",
                "{\"errors\":[],\"jobs\":[{\"name\":\"aif-1\",\"job_state\":[\"RUNNING\"],\"job_id\":\"seven\"}]}"
            })
    void an_answer_that_lists_no_jobs_is_an_outage_and_not_that_there_are_none(String odd) {
        Cluster cluster = cluster();
        answer = odd;
        assertThatThrownBy(cluster::jobs).isInstanceOf(MachineUnavailable.class);
        assertThatThrownBy(() -> cluster.accounted(List.of("aif-1"), Instant.EPOCH))
                .isInstanceOf(MachineUnavailable.class);
        answer = "{\"errors\":[],\"jobs\":[]}";
        assertThat(cluster.jobs()).isEmpty();
    }

    @Test
    void a_number_that_no_job_can_have_is_an_outage() {
        Cluster cluster = cluster();
        answer = "{\"errors\":[],\"jobs\":[{\"name\":\"aif-1\",\"job_state\":[\"RUNNING\"],\"job_id\":7,"
                + "\"tres_alloc_str\":\"cpu=99999999999999999999\"}]}";
        assertThatThrownBy(cluster::jobs).isInstanceOf(MachineUnavailable.class);
    }

    @Test
    void an_answer_that_never_ends_is_broken_off() {
        Slurmrestd rest = new Slurmrestd(
                HttpClient.newHttpClient(),
                JsonMapper.builder().build(),
                site(),
                InstantSource.system(),
                Duration.ofSeconds(2));
        rest.dialect();
        ends = false;
        answer = "{\"errors\":[],";
        assertThatThrownBy(() -> rest.get("slurm", "jobs"))
                .isInstanceOf(MachineUnavailable.class)
                .hasMessageContaining("does not answer");
    }
}
