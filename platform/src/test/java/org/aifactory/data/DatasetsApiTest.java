package org.aifactory.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@PlatformTest
class DatasetsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private Datasets datasets;

    @Autowired
    private TransactionTemplate transaction;

    @TempDir
    Path folder;

    @Test
    void a_version_is_named_by_what_it_holds_and_comes_back_byte_for_byte() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Handbook");
        String notes = aino.upload("notes/first.txt", "One text.");
        String talk = aino.upload("talk.jsonl", """
                {"text": "Another."}
                {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
                """);
        JsonNode version = aino.version(dataset, notes, talk).json(201);

        String manifest = Sender.sha256("One text.".getBytes(UTF_8)) + "  notes/first.txt\n"
                + Sender.sha256("""
                {"text": "Another."}
                {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
                """.getBytes(UTF_8))
                + "  talk.jsonl\n";
        String content = Sender.sha256(manifest.getBytes(UTF_8)).hex();
        assertThat(version.get("id").asString()).isEqualTo(dataset + ":" + content);
        assertThat(version.get("number").asInt()).isEqualTo(1);
        assertThat(version.at("/documents/texts").asInt()).isEqualTo(2);
        assertThat(version.at("/documents/conversations").asInt()).isEqualTo(1);

        String place = "/api/datasets/" + dataset + "/versions/" + content;
        assertThat(aino.client().get(place).json(200)).isEqualTo(version);
        assertThat(aino.client().get(place + "/manifest").body()).isEqualTo(manifest);
        assertThat(aino.client().get(place + "/file?path=notes/first.txt").body())
                .isEqualTo("One text.");
        assertThat(unzipped(bytes(aino, place + "/zip")))
                .containsEntry("notes/first.txt", "One text.")
                .hasSize(2);
        assertThat(untarred(bytes(aino, place + "/tar")))
                .containsEntry("notes/first.txt", "One text.")
                .hasSize(2);
    }

    @Test
    void the_same_content_is_the_same_version_whatever_the_order_and_the_way() {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Twice");
        String a = aino.upload("a.txt", "A");
        String b = aino.upload("b/b.txt", "B");
        JsonNode first = aino.version(dataset, a, b).json(201);
        assertThat(aino.version(dataset, b, a).json(200)).isEqualTo(first);
        assertThat(aino.version(dataset, aino.upload("both.zip", Zips.of(Map.of("a.txt", "A", "b/b.txt", "B"))))
                        .json(200))
                .isEqualTo(first);
        assertThat(aino.version(dataset, a).json(201).get("number").asInt()).isEqualTo(2);
        assertThat(aino.client().get("/api/datasets/" + dataset + "/versions").json(200))
                .hasSize(2);
    }

    @Test
    void a_run_gets_the_files_read_only_and_keeps_the_dataset_from_being_removed() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Used");
        VersionId id = VersionId.parse(aino.version(dataset, aino.upload("a.txt", "A"), aino.upload("deep/b.txt", "B"))
                .json(201)
                .get("id")
                .asString());
        Path place = folder.resolve("data");
        datasets.materialise(id, place);
        assertThat(place.resolve("deep/b.txt")).hasContent("B");
        assertThat(Files.getPosixFilePermissions(place.resolve("a.txt")).toString())
                .doesNotContain("WRITE");

        String run = "run " + UUID.randomUUID();
        transaction.executeWithoutResult(status -> datasets.use(id, run));
        String removal = "/api/datasets/" + dataset + "?confirm=";
        assertThat(aino.client().delete(removal + "Wrong").problem()).isEqualTo("invalid-request");
        Answer refused = aino.client().delete(removal + "Used");
        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains(run);

        transaction.executeWithoutResult(status -> datasets.free(run));
        aino.client().delete(removal + "Used").json(204);
        assertThat(aino.client().get("/api/datasets/" + dataset).problem()).isEqualTo("not-found");
        // What a run was given is its own.
        assertThat(place.resolve("a.txt")).hasContent("A");
    }

    @Test
    void what_is_wrong_with_a_file_is_said_with_its_line() {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Broken");
        String broken = aino.upload("talk.jsonl", "{\"text\": \"fine\"}\n\n{\"text\": \"not\n");
        Answer refused = aino.version(dataset, broken);
        assertThat(refused.problem()).isEqualTo("against-rules");
        assertThat(refused.body()).contains("talk.jsonl").contains("line 3").contains("not valid JSON");

        String odd = aino.upload("odd.jsonl", "{\"text\": \"fine\"}\n{\"prompt\": \"for a program of one's own\"}\n");
        JsonNode version = aino.version(dataset, odd).json(201);
        String content = version.get("id").asString().substring(37);
        assertThat(aino.client()
                        .get("/api/datasets/" + dataset + "/versions/" + content + "/files")
                        .json(200)
                        .at("/0/remark")
                        .asString())
                .contains("line 2");
    }

    @Test
    void two_files_of_one_name_and_a_file_that_is_also_a_folder_are_refused() {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Clash");
        String file = aino.upload("a", "A");
        assertThat(aino.version(dataset, file, aino.upload("a", "B")).body()).contains("two files “a”");
        assertThat(aino.version(dataset, file, aino.upload("a/b", "B")).body()).contains("both a file and a folder");
    }

    @Test
    void an_upload_that_is_not_finished_makes_no_version() {
        Sender aino = new Sender(clients.founder("Aino"));
        String half = aino.announce("a.txt", 10).json(201).get("id").asString();
        assertThat(aino.version(aino.dataset("Early"), half).problem()).isEqualTo("not-now");
        assertThat(aino.version(aino.dataset("Nothing")).problem()).isEqualTo("invalid-request");
        assertThat(aino.version(aino.dataset("Unknown"), UUID.randomUUID().toString())
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void what_people_say_of_a_dataset_is_checked_and_can_be_said_anew() {
        Sender aino = new Sender(clients.founder("Aino"));
        String dataset = aino.dataset("Words");
        assertThat(aino.client()
                        .put(
                                "/api/datasets/" + dataset,
                                Map.of(
                                        "name",
                                        "Better words",
                                        "licence",
                                        "MIT OR (Apache-2.0 AND CC0-1.0)",
                                        "languages",
                                        List.of("se")))
                        .json(200)
                        .get("name")
                        .asString())
                .isEqualTo("Better words");
        for (String licence : List.of("do what you like", "MIT OR", "(MIT", "MIT)", "<b>")) {
            assertThat(aino.client()
                            .put("/api/datasets/" + dataset, Map.of("name", "X", "licence", licence))
                            .problem())
                    .as(licence)
                    .isEqualTo("invalid-request");
        }
        for (String language : List.of("finnish", "qq", "1", "zzz")) {
            assertThat(aino.client()
                            .put(
                                    "/api/datasets/" + dataset,
                                    Map.of("name", "X", "licence", "MIT", "languages", List.of(language)))
                            .problem())
                    .as(language)
                    .isEqualTo("invalid-request");
        }
        assertThat(aino.client()
                        .post(
                                "/api/datasets",
                                Map.of("organisation", aino.organisation(), "name", "BETTER words", "licence", "MIT"))
                        .problem())
                .isEqualTo("already-taken");
    }

    private static byte[] bytes(Sender sender, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(sender.client().request(path).GET().build(), BodyHandlers.ofByteArray())
                    .body();
        }
    }

    private static Map<String, String> unzipped(byte[] bytes) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes), UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), text(zip));
            }
        }
        return files;
    }

    private static Map<String, String> untarred(byte[] bytes) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), text(tar));
            }
        }
        return files;
    }

    private static String text(InputStream in) throws Exception {
        return new String(in.readAllBytes(), UTF_8);
    }
}
