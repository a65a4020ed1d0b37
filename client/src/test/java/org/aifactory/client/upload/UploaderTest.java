package org.aifactory.client.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.aifactory.client.FakePlatform;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Terminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads over connections that break: what arrived stays, and no byte is sent twice or lost. */
class UploaderTest {
    private static final int PART = 8 << 20;
    private static final String UPLOAD = "6f9619ff-8b86-4011-b42d-00cf4fc964ff";

    private final FakePlatform platform = new FakePlatform();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final byte[] content = new byte[2 * PART + 12_345];

    @TempDir
    Path home;

    private Path file = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        new Random(7).nextBytes(content);
        file = Files.write(home.resolve("data.bin"), content);
        platform.when("GET /api/uploads", 200, "[]")
                .when("POST /api/uploads", 201, "{\"id\":\"" + UPLOAD + "\"}")
                .when(
                        "GET /api/uploads/" + UPLOAD,
                        exchange -> FakePlatform.send(
                                exchange, 200, "application/json", "{\"received\":" + kept.size() + "}"))
                .when("PATCH /api/uploads/" + UPLOAD, this::take);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] part = exchange.getRequestBody().readAllBytes();
        assertThat(exchange.getRequestHeaders().getFirst("Upload-Offset")).isEqualTo(Integer.toString(kept.size()));
        assertThat(exchange.getRequestHeaders().getFirst("Upload-Checksum"))
                .isEqualTo("sha256 " + Base64.getEncoder().encodeToString(sha256(part)));
        kept.write(part);
        answerOffset(exchange);
    }

    private void answerOffset(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Upload-Offset", Integer.toString(kept.size()));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private List<String> send() {
        Terminal terminal = Terminal.plain(
                new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), Reader.nullReader());
        Server server = new Server(platform.address(), Optional.of("aif_secret"));
        return new Uploader(server, "org", terminal, Duration.ofMillis(1)).send(LocalFiles.under(List.of(file)));
    }

    @Test
    void a_file_arrives_in_parts_each_with_its_checksum() {
        assertThat(send()).containsExactly(UPLOAD);
        assertThat(kept.toByteArray()).isEqualTo(content);
    }

    @Test
    void after_a_broken_connection_it_goes_on_where_the_server_stands() {
        int[] parts = {0};
        platform.when("PATCH /api/uploads/" + UPLOAD, exchange -> {
            if (++parts[0] == 2) {
                // A part of the part arrives, and the sender learns nothing of it.
                kept.write(exchange.getRequestBody().readNBytes(1_000_000));
                exchange.close();
            } else {
                take(exchange);
            }
        });
        send();
        assertThat(kept.toByteArray()).isEqualTo(content);
        assertThat(platform.asked("POST")).hasSize(1);
    }

    @Test
    void a_part_that_was_damaged_on_the_way_is_sent_again() {
        int[] parts = {0};
        platform.when("PATCH /api/uploads/" + UPLOAD, exchange -> {
            if (++parts[0] == 1) {
                exchange.getRequestBody().readAllBytes();
                FakePlatform.send(exchange, 460, "application/problem+json", "{\"title\":\"The checksum differs\"}");
            } else {
                take(exchange);
            }
        });
        send();
        assertThat(kept.toByteArray()).isEqualTo(content);
    }

    @Test
    void the_same_command_goes_on_with_an_upload_that_was_begun_before() throws IOException {
        kept.write(Arrays.copyOf(content, 5_000_000));
        list("RECEIVING");
        send();
        assertThat(kept.toByteArray()).isEqualTo(content);
        assertThat(platform.asked("POST")).isEmpty();
    }

    @Test
    void what_is_there_already_is_not_sent_again() {
        list("FINISHED");
        assertThat(send()).containsExactly(UPLOAD);
        assertThat(platform.asked("PATCH")).isEmpty();
    }

    @Test
    void a_server_that_stays_away_ends_it_with_the_way_to_go_on() {
        platform.when("PATCH /api/uploads/" + UPLOAD, HttpExchange::close);
        assertThatThrownBy(this::send).isInstanceOfSatisfying(ClientException.class, failure -> {
            assertThat(failure.status()).isEqualTo(ExitStatus.UNREACHABLE);
            assertThat(failure.sentence()).contains("the same command goes on where it stopped");
        });
    }

    @Test
    void a_refusal_is_not_tried_again() {
        platform.when("PATCH /api/uploads/" + UPLOAD, exchange -> {
            exchange.getRequestBody().readAllBytes();
            FakePlatform.send(
                    exchange, 403, "application/problem+json", "{\"title\":\"Your role does not allow this\"}");
        });
        assertThatThrownBy(this::send)
                .isInstanceOfSatisfying(
                        ClientException.class,
                        failure -> assertThat(failure.status()).isEqualTo(ExitStatus.NOT_ALLOWED));
        assertThat(platform.asked("PATCH")).hasSize(1);
    }

    private void list(String state) {
        platform.when("GET /api/uploads", 200, """
                [{"id":"%s","name":"data.bin","length":%d,"received":%d,"state":"%s","announced":"%s"}]""".formatted(
                UPLOAD, content.length, kept.size(), state, HexFormat.of().formatHex(sha256(content))));
    }
}
