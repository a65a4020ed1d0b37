package org.aifactory.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.examples.ExampleData.Link;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@PlatformTest
class ExampleDataTest {
    private static final Path FOUNDING = Path.of("../examples/founding");

    @Autowired
    private ExampleData data;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Environment environment;

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void enter() {
        jdbc.sql("""
                update federation.factory set operator = (select organisation from examples.person where key = 'operator')
                 where slug = 'local'
                """).update();
        data.enter(FOUNDING);
    }

    @Test
    void each_example_person_signs_in_by_a_link_and_is_what_they_are_called() {
        JsonNode founder = whoSignsIn("founder");
        assertThat(founder.at("/memberships/0/kind").asString()).isEqualTo("COMPANY");
        assertThat(founder.get("email").asString()).isEqualTo("founder@example.org");
        assertThat(whoSignsIn("operator").at("/memberships/0/kind").asString()).isEqualTo("FACTORY");
        assertThat(whoSignsIn("officer").at("/memberships/0/kind").asString()).isEqualTo("PROGRAMME_OFFICE");
        assertThat(whoSignsIn("reviewer").get("duties").toString()).isEqualTo("[\"REVIEWER\"]");
        assertThat(whoSignsIn("expert").get("duties").toString()).isEqualTo("[\"EXPERT\"]");
    }

    @Test
    void a_link_of_an_earlier_start_opens_nothing_and_nobody_is_made_twice() {
        String earlier = link("founder");
        String person = whoSignsIn("founder").get("person").asString();

        data.enter(FOUNDING);

        assertThat(link("founder")).isNotEqualTo(earlier);
        assertThat(get(browser(), earlier).statusCode()).isEqualTo(404);
        assertThat(get(browser(), "/example-people/x").statusCode()).isEqualTo(404);
        assertThat(whoSignsIn("founder").get("person").asString()).isEqualTo(person);
    }

    @Test
    void a_program_gets_a_token_by_the_same_code_and_under_the_same_conditions() {
        String door = "/api" + link("founder") + "/token";
        String token = clients.nobody()
                .post(door, java.util.Map.of())
                .json(200)
                .get("token")
                .asString();
        assertThat(clients.nobody()
                        .with(token)
                        .get("/api/me")
                        .json(200)
                        .get("email")
                        .asString())
                .isEqualTo("founder@example.org");

        assertThat(clients.nobody()
                        .post("/api/example-people/x/token", java.util.Map.of())
                        .problem())
                .isEqualTo("not-found");
        HttpRequest.Builder passedOn = clients.nobody()
                .request(door)
                .header("X-Forwarded-For", "192.0.2.1")
                .POST(HttpRequest.BodyPublishers.noBody());
        assertThat(clients.nobody().send(passedOn).problem()).isEqualTo("not-allowed");
    }

    @Test
    void a_link_opens_nothing_for_whoever_comes_through_a_proxy_or_under_another_name() {
        for (String header : new String[] {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"}) {
            String value = header.equals("Forwarded") ? "for=127.0.0.1" : "127.0.0.1";
            HttpResponse<String> refused = send(
                    browser(), HttpRequest.newBuilder(address(link("founder"))).header(header, value));
            assertThat(refused.statusCode()).as(header).isEqualTo(403);
            assertThat(refused.headers().firstValue("Set-Cookie").orElse("")).doesNotContain("aifactory-session");
        }
        assertThat(statusUnder("attacker.example.com")).contains(" 403 ");
        assertThat(statusUnder("localhost")).contains(" 302 ");
    }

    /** The client of the JDK does not lie about the host. */
    private String statusUnder(String host) {
        URI address = address("/");
        try (java.net.Socket socket = new java.net.Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + link("founder") + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void the_example_operator_operates_this_computer_and_its_pool_is_filled_once() {
        JsonNode local = clients.nobody().get("/api/factories/local").json(200);
        assertThat(local.at("/operator/name").asString()).isEqualTo("Example Factory");
        JsonNode before =
                clients.nobody().get("/api/partitions/local-cpu").json(200).get("pool");
        assertThat(before.get("granted").asLong()).isPositive();

        data.enter(FOUNDING);

        assertThat(clients.nobody().get("/api/partitions/local-cpu").json(200).get("pool"))
                .isEqualTo(before);
    }

    private JsonNode whoSignsIn(String key) {
        HttpClient browser = browser();
        HttpResponse<String> signedIn = get(browser, link(key));
        assertThat(signedIn.statusCode()).isEqualTo(302);
        return new JsonMapper().readTree(get(browser, "/api/me").body());
    }

    private String link(String key) {
        return data.links().stream()
                .filter(link -> link.key().equals(key))
                .map(Link::path)
                .findFirst()
                .orElseThrow();
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    private HttpResponse<String> get(HttpClient browser, String path) {
        return send(browser, HttpRequest.newBuilder(address(path)));
    }

    private static HttpResponse<String> send(HttpClient browser, HttpRequest.Builder request) {
        try {
            return browser.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + environment.getProperty("local.server.port") + path);
    }
}
