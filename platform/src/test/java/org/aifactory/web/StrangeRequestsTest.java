package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that are turned away before anybody looks at them are refused in the same form as all others. */
@PlatformTest
class StrangeRequestsTest {
    @Autowired
    private Client.Factory clients;

    @LocalServerPort
    private int port;

    private static void isInvalid(Answer answer) {
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.json(400).get("title").asString()).isNotBlank();
        assertThat(answer.json(400).get("detail").asString()).isNotBlank();
        assertThat(answer.json(400).get("status").asInt()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/chat/usage?days=%FF",
                "/api/sign-in/providers?lang=%ED%A0%80",
                "/api/partitions/%FF",
                "/api/runs//metrics",
                "/api/runs/;a=b",
                "/api/partitions/a%2Fb",
                "/api/partitions/..%2F..",
                "/api/partitions/%00"
            })
    void an_address_that_cannot_be_read_is_a_mistake_of_whoever_asks(String path) {
        isInvalid(clients.founder("Aino").get(path));
    }

    @Test
    void an_address_may_be_long() {
        assertThat(clients.founder("Aino")
                        .get("/api/partitions/" + "x".repeat(10_000))
                        .problem())
                .isEqualTo("not-found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-Prefix | /%zz",
                "X-Forwarded-Prefix | http://elsewhere.example/",
                "X-Forwarded-Port   | port",
                "Forwarded          | for=\"[::\";proto=;host=:::"
            })
    void headers_of_a_proxy_that_cannot_be_read_are_refused(String header, String value) {
        Client nobody = clients.nobody();
        isInvalid(nobody.send(nobody.request("/api/partitions").header(header, value)));
    }

    @Test
    void below_v1_all_this_is_said_in_the_form_of_openai() {
        Client aino = clients.founder("Aino");
        for (String path : new String[] {"/v1/models?a=%FF", "/v1/models/%FF", "/v1//models"}) {
            Answer answer = aino.get(path);
            assertThat(answer.contentType()).as(path).startsWith("application/json");
            assertThat(answer.json(400).at("/error/type").asString()).isEqualTo("invalid_request_error");
        }
    }

    @Test
    void a_form_without_the_border_of_its_parts_is_refused() {
        Client aino = clients.founder("Aino");
        isInvalid(aino.send(aino.request("/api/tokens")
                .header("Content-Type", "multipart/form-data")
                .POST(BodyPublishers.ofString("--x"))));
    }

    @Test
    void a_form_whose_field_is_called_by_a_character_that_cannot_be_printed_is_refused() {
        Client nobody = clients.nobody();
        isInvalid(nobody.send(nobody.request("/api/sign-up")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("%00=a"))));
    }

    @Test
    void a_program_that_sends_a_cookie_learns_that_it_should_send_a_token() {
        Client nobody = clients.nobody();
        HttpRequest.Builder request = nobody.request("/api/tokens")
                .header("Cookie", "aifactory-session=x")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        Answer answer = nobody.send(request);
        assertThat(answer.problem()).isEqualTo("not-allowed");
        assertThat(answer.json(403).get("detail").asString()).contains("Authorization: Bearer");
    }

    @Test
    void people_see_a_page() {
        Client nobody = clients.nobody();
        for (String path : new String[] {"/docs/%FF", "/docs//problems", "/docs?lang=%FF"}) {
            Answer page = nobody.send(nobody.request(path).header("Accept", "text/html"));
            assertThat(page.status()).as(path).isEqualTo(400);
            assertThat(page.contentType()).as(path).startsWith("text/html");
            assertThat(page.body()).contains("<html").doesNotContain("HTTP Status", "Exception");
        }
    }

    /** Java's own client sends none of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/partitions/[ HTTP/1.1",
                "GET /api/partitions/\"<> HTTP/1.1",
                "GET /api/partitions/\u00e4 HTTP/1.1",
                "NONSENSE /api/partitions HTTP/1.1",
                "GET /api/partitions HTTP/9.9"
            })
    void what_is_hardly_a_request_is_refused_without_a_word_of_the_inside(String line) throws IOException {
        String answer = raw(line + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 ")
                .doesNotStartWith("HTTP/1.1 2")
                .doesNotContain("Exception", "Tomcat");
        assertThat(Integer.parseInt(answer.substring(9, 12)))
                .isBetween(400, 505)
                .isNotEqualTo(500);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
