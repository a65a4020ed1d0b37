package org.aifactory.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** The protocol as clients meet it. */
@PlatformTest
class UploadsApiTest {
    private static final byte[] TEXT = "A file in parts.".getBytes(UTF_8);

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Environment environment;

    @Test
    void a_file_comes_in_parts_and_is_finished_with_the_last_byte() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        JsonNode announced = aino.announce("notes/first.txt", TEXT.length).json(201);
        String upload = announced.get("id").asString();
        assertThat(announced.get("state").asString()).isEqualTo("RECEIVING");

        aino.append(upload, 0, Arrays.copyOf(TEXT, 7)).json(204);
        HttpResponse<Void> head = head(aino, upload);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Upload-Offset")).isEqualTo("7");
        assertThat(header(head, "Upload-Length")).isEqualTo(Integer.toString(TEXT.length));
        assertThat(header(head, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(head, "Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(header(head, "Upload-Metadata")).isEqualTo("filename " + Sender.base64("notes/first.txt"));
        assertThat(header(head, "Upload-Expires")).endsWith("GMT");

        aino.append(upload, 7, Arrays.copyOfRange(TEXT, 7, TEXT.length)).json(204);
        JsonNode finished = aino.show(upload);
        assertThat(finished.get("state").asString()).isEqualTo("FINISHED");
        assertThat(finished.get("sha256").asString())
                .isEqualTo(Sender.sha256(TEXT).hex());
        // The answer to the last part was lost; the client asks again with nothing.
        aino.append(upload, TEXT.length, new byte[0]).json(204);
    }

    @Test
    void the_server_says_what_of_the_protocol_it_speaks_and_refuses_another_version() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        HttpResponse<String> options =
                send(aino.client().request("/api/uploads").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().map())
                .containsEntry("Tus-Version", List.of("1.0.0"))
                .containsEntry("Tus-Extension", List.of("creation,checksum,expiration,termination"))
                .containsEntry("Tus-Checksum-Algorithm", List.of("sha256,sha1"))
                .containsKey("Tus-Max-Size");

        HttpResponse<String> other = send(aino.client()
                .request("/api/uploads?organisation=" + aino.organisation())
                .header("Tus-Resumable", "0.2.2")
                .header("Upload-Length", "1")
                .header("Upload-Metadata", "filename " + Sender.base64("a.txt"))
                .POST(BodyPublishers.noBody()));
        assertThat(other.statusCode()).isEqualTo(412);
        assertThat(other.headers().firstValue("Tus-Version")).contains("1.0.0");
    }

    @Test
    void a_part_at_another_offset_is_refused_with_the_right_one() {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.txt", TEXT.length).json(201).get("id").asString();
        aino.append(upload, 0, Arrays.copyOf(TEXT, 5)).json(204);
        for (long offset : new long[] {0, 4, 6, 1000}) {
            Answer refused = aino.append(upload, offset, new byte[3]);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json(409).get("offset").asLong()).isEqualTo(5);
        }
        assertThat(aino.append(upload, -1, new byte[3]).problem()).isEqualTo("invalid-request");
        assertThat(aino.show(upload).get("received").asLong()).isEqualTo(5);
    }

    @Test
    void of_a_part_whose_checksum_differs_nothing_is_kept() {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.txt", TEXT.length).json(201).get("id").asString();
        String right = Base64.getEncoder().encodeToString(Sha256.digest().digest(TEXT));
        byte[] damaged = TEXT.clone();
        damaged[3]++;

        Answer refused = aino.client().send(aino.part(upload, 0, damaged).header("Upload-Checksum", "sha256 " + right));
        assertThat(refused.status()).isEqualTo(460);
        assertThat(refused.problem()).isEqualTo("checksum-differs");
        assertThat(aino.show(upload).get("received").asLong()).isZero();
        assertThat(aino.client()
                        .send(aino.part(upload, 0, TEXT).header("Upload-Checksum", "md5 " + right))
                        .problem())
                .isEqualTo("invalid-request");

        aino.client()
                .send(aino.part(upload, 0, TEXT).header("Upload-Checksum", "sha256 " + right))
                .json(204);
        assertThat(aino.show(upload).get("state").asString()).isEqualTo("FINISHED");
    }

    @Test
    void a_file_that_is_not_what_was_announced_ends_with_its_last_byte() {
        Sender aino = new Sender(clients.founder("Aino"));
        String metadata = "filename " + Sender.base64("a.txt") + ",sha256 "
                + Sender.base64(Sender.sha256("another".getBytes(UTF_8)).hex());
        String upload = aino.announce(TEXT.length, metadata).json(201).get("id").asString();

        assertThat(aino.append(upload, 0, TEXT).problem()).isEqualTo("checksum-differs");
        assertThat(aino.client().get("/api/uploads/" + upload).problem()).isEqualTo("not-found");
    }

    @Test
    void more_than_was_announced_is_refused_however_it_comes() {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.txt", 4).json(201).get("id").asString();
        assertThat(aino.append(upload, 0, new byte[5]).problem()).isEqualTo("invalid-request");
        // Without a length in advance.
        assertThat(aino.client()
                        .send(aino.part(upload, 0, new byte[0])
                                .method(
                                        "PATCH",
                                        BodyPublishers.fromPublisher(
                                                BodyPublishers.ofByteArrays(Collections.nCopies(3, new byte[2])))))
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(aino.show(upload).get("received").asLong()).isZero();
    }

    @Test
    void a_part_needs_its_own_content_type() {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.txt", 4).json(201).get("id").asString();
        assertThat(aino.client()
                        .send(aino.client()
                                .request("/api/uploads/" + upload)
                                .header("Upload-Offset", "0")
                                .header("Content-Type", "text/plain")
                                .method("PATCH", BodyPublishers.ofString("text")))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void an_empty_file_is_finished_when_it_is_announced() {
        Sender aino = new Sender(clients.founder("Aino"));
        JsonNode empty = aino.announce("empty.txt", 0).json(201);
        assertThat(empty.get("state").asString()).isEqualTo("FINISHED");
        assertThat(empty.get("sha256").asString())
                .isEqualTo(Sender.sha256(new byte[0]).hex());
    }

    @Test
    void names_that_could_leave_a_folder_or_mislead_are_refused() {
        Sender aino = new Sender(clients.founder("Aino"));
        for (String name : List.of(
                "",
                "..",
                "../a",
                "/etc/passwd",
                "a//b",
                "a/./b",
                "a\\b",
                "a\nb",
                "a\u0000b",
                "\u202Egpj.exe",
                "x".repeat(256))) {
            assertThat(aino.announce(name, 1).status()).as(name).isEqualTo(422);
        }
        for (String name : List.of("보고서 2026.txt", "a b/ä ö.md", "-rf", "~", "C:file", "%2e%2e", "👩‍🔬.txt")) {
            assertThat(aino.announce(name, 1).json(201).get("name").asString()).isEqualTo(name);
        }
        // The two ways to write an accent are one name.
        assertThat(aino.announce("a\u0308.txt", 1).json(201).get("name").asString())
                .isEqualTo("\u00E4.txt");
    }

    @Test
    void what_came_before_the_sender_went_away_is_kept() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.bin", 1_000_000).json(201).get("id").asString();
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        String token = String.valueOf(aino.part(upload, 0, bytes)
                .build()
                .headers()
                .firstValue("Authorization")
                .orElseThrow());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH /api/uploads/" + upload + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token
                            + "\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 1000000\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(bytes);
            out.flush();
        }
        for (int attempt = 0; attempt < 200 && aino.show(upload).get("received").asLong() < bytes.length; attempt++) {
            Thread.sleep(50);
        }
        assertThat(aino.show(upload).get("received").asLong()).isEqualTo(bytes.length);
        byte[] rest = new byte[700_000];
        aino.append(upload, bytes.length, rest).json(204);
        byte[] whole = Arrays.copyOf(bytes, 1_000_000);
        assertThat(aino.show(upload).get("sha256").asString())
                .isEqualTo(Sender.sha256(whole).hex());
    }

    @Test
    void two_who_send_the_same_upload_at_once_do_not_mix_their_bytes() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        byte[] bytes = new byte[2_000_000];
        new Random(11).nextBytes(bytes);
        String upload = aino.announce("a.bin", bytes.length).json(201).get("id").asString();
        Callable<Integer> client = () -> {
            int accepted = 0;
            for (JsonNode now = aino.show(upload);
                    now.get("received").asLong() < bytes.length;
                    now = aino.show(upload)) {
                int from = now.get("received").asInt();
                int to = Math.min(bytes.length, from + 100_000);
                int status = aino.append(upload, from, Arrays.copyOfRange(bytes, from, to))
                        .status();
                assertThat(status).isIn(204, 409);
                accepted += status == 204 ? 1 : 0;
            }
            return accepted;
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int accepted = 0;
            for (Future<Integer> each : threads.invokeAll(Collections.nCopies(4, client))) {
                accepted += each.get();
            }
            assertThat(accepted).isEqualTo(20);
        }
        assertThat(aino.show(upload).get("sha256").asString())
                .isEqualTo(Sender.sha256(bytes).hex());
    }

    @Test
    void an_upload_can_be_ended_and_is_gone() {
        Sender aino = new Sender(clients.founder("Aino"));
        String upload = aino.announce("a.txt", 4).json(201).get("id").asString();
        aino.append(upload, 0, new byte[2]).json(204);
        aino.client().delete("/api/uploads/" + upload).json(204);
        assertThat(aino.append(upload, 2, new byte[2]).problem()).isEqualTo("not-found");
        assertThat(aino.client()
                        .get("/api/uploads?organisation=" + aino.organisation())
                        .json(200))
                .isEmpty();
    }

    private HttpResponse<Void> head(Sender sender, String upload) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    sender.client().request("/api/uploads/" + upload).HEAD().build(), BodyHandlers.discarding());
        }
    }

    private static HttpResponse<String> send(java.net.http.HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    private int port() {
        return URI.create("http://127.0.0.1:" + environment.getProperty("local.server.port"))
                .getPort();
    }
}
