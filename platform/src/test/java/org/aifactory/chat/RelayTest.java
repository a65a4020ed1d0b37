package org.aifactory.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Questions on their way to a model's server. */
class RelayTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void a_question_counts_as_under_way_while_its_answer_is_computed_as_a_whole() throws Exception {
        CountDownLatch beaten = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                boolean heard = beaten.await(20, TimeUnit.SECONDS);
                byte[] answer = "{\"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 5}}".getBytes(UTF_8);
                exchange.sendResponseHeaders(heard ? 200 : 500, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        JsonMapper json = JsonMapper.shared();
        try (Relay relay = new Relay(
                json,
                new ChatSettings(MINUTE, MINUTE, MINUTE, MINUTE, 1, MINUTE, DataSize.ofKilobytes(1), 1, MINUTE))) {
            Endpoint endpoint = new Endpoint(
                    UUID.randomUUID(),
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                    "secret");
            Question question = Question.read(json, Question.Kind.CHAT, "{\"model\": \"m\"}".getBytes(UTF_8));
            Tokens tokens = relay.ask(
                    question, "m", OptionalLong.empty(), endpoint, new MockHttpServletResponse(), beaten::countDown);
            assertThat(tokens).isEqualTo(new Tokens(3, 5));
        } finally {
            server.stop(0);
        }
    }
}
