package org.aifactory.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.data.Sender;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An owner takes everything away: downloaded, unpacked and counted again. */
@PlatformTest
class OrganisationExportTest {
    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @TempDir
    Path folder;

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @Test
    void everything_that_an_organisation_owns_is_in_one_archive_whose_sums_are_right() throws Exception {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        Sender sender = new Sender(lab.client);
        String odd = sender.dataset("../..\\회의록 🎉 /etc");
        String first = sender.upload("문서/안녕 🎉.txt", "하나");
        sender.version(odd, first).json(201);
        sender.version(odd, first, sender.upload("a…b/..c.txt", "Two.")).json(201);
        sender.dataset("...");
        sender.upload("left over.txt", "In no version.");
        sender.announce("half.txt", 10).json(201);
        Map<String, Object> wish = lab.script("""
                echo printed; echo '{"step": 1, "loss": 2.5}' >> "$AIFACTORY_METRICS"; echo '{"text": "said"}' >> "$AIFACTORY_SAMPLES"
                mkdir -p "$AIFACTORY_OUTPUT/깊이/..."; echo plain > "$AIFACTORY_OUTPUT/plain.txt"
                printf x > "$AIFACTORY_OUTPUT/깊이/.../back\\\\slash"; printf y > "$AIFACTORY_OUTPUT/깊이/.../back_slash"
                printf z > "$AIFACTORY_OUTPUT/two
                lines"; ln -s /etc/passwd "$AIFACTORY_OUTPUT/passwd"
                """);
        wish.put("name", "Name: *?");
        wish.put("secrets", Map.of("TOKEN", "s3cret-of-the-run"));
        String run = lab.start(wish);
        assertThat(lab.awaitEnd(run).get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        String key = lab.client
                .post("/api/chat/keys", Map.of("organisation", lab.organisation, "name", "a program"))
                .json(201)
                .get("secret")
                .asString();
        String invitation = lab.client
                .post(
                        "/api/organisations/" + lab.organisation + "/invitations",
                        Map.of("email", "guest@example.org", "role", "VIEWER"))
                .json(201)
                .get("code")
                .asString();
        Client other = clients.founder("Eve");
        String foreign = new Sender(other).dataset("Not theirs");

        Map<String, byte[]> files = download(lab.client, lab.organisation);

        requireSums(files);
        assertThat(files.keySet())
                .allSatisfy(path -> assertThat(path)
                        .doesNotContain("\\", "\n", ":", "*", "?")
                        .doesNotStartWith("/")
                        .doesNotMatch("(^|.*/)\\.\\.?(/.*|$)"));
        String all = files.entrySet().stream()
                .map(file -> file.getKey() + new String(file.getValue(), UTF_8))
                .reduce("", String::concat);
        assertThat(all).doesNotContain("s3cret-of-the-run", key, invitation, lab.client.token(), "root:", foreign);

        assertThat(text(files, "README.md"))
                .contains("# Aino and friends", "`datasets`", "`runs`", "`models`", "`chat`");
        assertThat(text(files, "organisation/members.json")).contains("Aino");
        assertThat(text(files, "organisation/invitations.json")).contains("guest@example.org");
        assertThat(text(files, "organisation/audit.jsonl").lines().map(JSON::readTree))
                .extracting(event -> event.get("action").asString())
                .startsWith("organisation.founded")
                .contains("run.submitted", "dataset.version-made", "organisation.exported");
        assertThat(text(files, "chat/keys.json")).contains("a program");
        assertThat(one(files, "applications/", ".json")).contains("First steps");

        String statement = one(files, "allocations/", "/statement.csv");
        assertThat(statement)
                .isEqualTo(lab.client
                        .get("/api/allocations/" + lab.allocation + "/statement.csv")
                        .body());
        assertThat(one(files, "allocations/", "/ledger.csv")).contains("A test begins", "HOLD", "SETTLEMENT");
        assertThat(one(files, "allocations/", "/allocation.json")).contains(lab.allocation);

        requireDatasets(files, odd);
        assertThat(one(files, "uploads/", "/left over.txt")).isEqualTo("In no version.");
        assertThat(text(files, "uploads/uploads.json")).contains("half.txt");

        String place = "runs/Name_ __-" + run.substring(0, 8) + "/";
        assertThat(text(files, place + "run.json")).contains(run, "Ended well.");
        assertThat(text(files, place + "settings.json")).contains("echo printed");
        assertThat(text(files, place + "metrics.jsonl")).contains("\"loss\":2.5");
        assertThat(text(files, place + "samples.jsonl")).contains("said");
        assertThat(text(files, place + "log-1.txt")).isEqualTo("printed\n");
        assertThat(text(files, place + "output/plain.txt")).isEqualTo("plain\n");
        assertThat(List.of(
                        text(files, place + "output/깊이/.../back_slash"),
                        text(files, place + "output/깊이/.../back_slash~2")))
                .containsExactlyInAnyOrder("x", "y");
        assertThat(text(files, place + "output/two_lines")).isEqualTo("z");
        assertThat(text(files, place + "output.json")).contains("back\\\\slash", "two\\nlines");
        assertThat(files).doesNotContainKey(place + "output/passwd").doesNotContainKey("MISSING.txt");
    }

    private void requireDatasets(Map<String, byte[]> files, String odd) throws Exception {
        String place = files.keySet().stream()
                .filter(path -> path.startsWith("datasets/") && path.contains(odd.substring(0, 8)))
                .map(path -> path.split("/", -1)[1])
                .findFirst()
                .map(name -> "datasets/" + name)
                .orElseThrow();
        assertThat(place).contains("회의록 🎉");
        assertThat(text(files, place + "/dataset.json")).contains("회의록");
        assertThat(text(files, place + "/version-1/files/문서/안녕 🎉.txt")).isEqualTo("하나");
        assertThat(text(files, place + "/version-2/files/a…b/..c.txt")).isEqualTo("Two.");
        JsonNode version = JSON.readTree(text(files, place + "/version-2/version.json"));
        byte[] sums = java.util.Objects.requireNonNull(files.get(place + "/version-2/SHA256SUMS"));
        // The list of a version has the version's name for its sum.
        assertThat(version.get("id").toString()).contains(sha256(sums));
        for (String line : new String(sums, UTF_8).lines().toList()) {
            assertThat(sha256(java.util.Objects.requireNonNull(
                            files.get(place + "/version-2/files/" + line.substring(66)))))
                    .isEqualTo(line.substring(0, 64));
        }
        assertThat(files.keySet())
                .filteredOn(path -> path.endsWith("/dataset.json"))
                .hasSize(2);
    }

    private static String text(Map<String, byte[]> files, String path) {
        assertThat(files).containsKey(path);
        return new String(files.get(path), UTF_8);
    }

    /** The only file that begins and ends so. */
    private static String one(Map<String, byte[]> files, String begin, String end) {
        List<String> found = files.keySet().stream()
                .filter(path -> path.startsWith(begin) && path.endsWith(end))
                .toList();
        assertThat(found).hasSize(1);
        return text(files, found.getFirst());
    }

    private static void requireSums(Map<String, byte[]> files) throws Exception {
        Map<String, String> sums = new HashMap<>();
        text(files, "SHA256SUMS").lines().forEach(line -> sums.put(line.substring(66), line.substring(0, 64)));
        assertThat(sums).hasSize(files.size() - 1);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!file.getKey().equals("SHA256SUMS")) {
                assertThat(sha256(file.getValue())).as(file.getKey()).isEqualTo(sums.get(file.getKey()));
            }
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private Map<String, byte[]> download(Client client, String organisation) throws Exception {
        Path file = folder.resolve("export.zip");
        HttpResponse<Path> answer = HttpClient.newHttpClient()
                .send(
                        client.request("/api/organisations/" + organisation + "/export")
                                .build(),
                        BodyHandlers.ofFile(file));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("Aino%20and%20friends-");
        Map<String, byte[]> files = new TreeMap<>();
        List<String> names = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                names.add(entry.getName());
                try (InputStream in = zip.getInputStream(entry)) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        assertThat(names).doesNotHaveDuplicates().startsWith("README.md").endsWith("SHA256SUMS");
        return files;
    }

    @Test
    void only_an_owner_takes_everything_away_and_the_page_says_so() {
        Client olga = clients.founder("Olga");
        Client vera = clients.founder("Vera");
        String path = "/api/organisations/" + olga.organisation() + "/export";
        assertThat(vera.get(path).problem()).isEqualTo("not-found");
        String code = olga.post(
                        "/api/organisations/" + olga.organisation() + "/invitations",
                        Map.of("email", "vera@example.org", "role", "VIEWER"))
                .json(201)
                .get("code")
                .asString();
        vera.post("/api/invitations/accept", Map.of("code", code)).json(200);
        assertThat(vera.get(path).problem()).isEqualTo("not-allowed");
        assertThat(vera.get(path).body()).contains("Only an owner of the organisation");
        assertThat(page(olga)).contains(path);
        assertThat(page(vera)).doesNotContain(path);
    }

    private String page(Client client) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", client.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        JsonNode memberships = client.get("/api/me").json(200).get("memberships");
        String organisation =
                memberships.get(memberships.size() - 1).get("organisation").asString();
        return browser.open("/organisations/" + organisation).text();
    }
}
