package org.aifactory.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.data.Sha256;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.aifactory.training.RunEnded;
import org.aifactory.training.RunId;
import org.aifactory.training.RunState;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** A run of the engine, and the model that comes of it. */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Models models;

    @Autowired
    private ApplicationEventPublisher events;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private People people;

    @Value("${aifactory.home}")
    private Path home;

    private Lab lab;
    private JsonNode model;
    private String path;

    @BeforeAll
    void train() {
        lab = new Lab(clients.founder("Aino"), jdbc, ledger, 1_000_000);
        model = TinyRuns.train(lab, "Hamlet");
        path = "/api/models/" + model.get("id").asString();
    }

    @Test
    void a_run_that_ends_well_leaves_one_model_however_often_that_is_told() {
        RunId run = new RunId(UUID.fromString(model.get("run").asString()));
        for (int i = 0; i < 3; i++) {
            transaction.executeWithoutResult(status -> events.publishEvent(new RunEnded(run, RunState.SUCCEEDED)));
        }
        assertThat(lab.client
                        .post("/api/models", Map.of("run", run.toString()))
                        .json(200)
                        .at("/model/id"))
                .isEqualTo(model.get("id"));
        assertThat(jdbc.sql("select count(*) from models.model where run = :run")
                        .param("run", run.value())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertThat(lab.client.get("/api/models").json(200))
                .extracting(each -> each.get("id").asString())
                .containsOnlyOnce(model.get("id").asString());
    }

    @Test
    void its_facts_are_those_of_its_run() {
        JsonNode facts = lab.client.get(path).json(200).get("facts");
        JsonNode run = lab.show(model.get("run").asString());
        assertThat(facts.at("/run/recipe").asString()).isEqualTo("chatbot");
        assertThat(facts.at("/run/charged").asLong())
                .isEqualTo(run.get("charged").asLong())
                .isPositive();
        assertThat(facts.at("/run/unit").asString()).isEqualTo("CPU_CORE_SECOND");
        assertThat(facts.at("/run/engine").asString()).isNotEmpty();
        assertThat(facts.at("/run/kilowattHours").asDouble()).isPositive();
        assertThat(facts.at("/shape/parameters").asLong())
                .isEqualTo(model.get("parameters").asLong())
                .isGreaterThan(100_000);
        assertThat(facts.at("/shape/architecture").asString()).isEqualTo("Qwen3ForCausalLM");
        assertThat(facts.at("/shape/converses").asBoolean()).isTrue();
        assertThat(facts.at("/training/steps").asLong()).isEqualTo(2);
        assertThat(facts.at("/training/tokens").asLong()).isPositive();
        assertThat(facts.at("/training/flop").asDouble())
                .isGreaterThan(6.0 * facts.at("/training/tokens").asLong() * 100_000);
        assertThat(facts.at("/data/0/texts").asInt()).isEqualTo(1);
        assertThat(facts.at("/data/0/conversations").asInt()).isEqualTo(40);
        assertThat(facts.at("/data/0/licence").asString()).isEqualTo("CC0-1.0");
        assertThat(facts.at("/place/machine").asString()).isEqualTo("This computer");
        assertThat(facts.get("maker").asString()).isEqualTo("Aino and friends");
    }

    @Test
    void the_card_says_the_facts_and_a_new_version_says_what_people_add() {
        String card = lab.client.get(path + "/card").body();
        assertThat(card)
                .startsWith("---\nlicense: other\n")
                .contains("# Hamlet")
                .contains("library\\_name".replace("\\", ""))
                .contains(model.get("run").asString())
                .contains("CC0\\-1\\.0");
        JsonNode changed = lab.client
                .put(
                        path,
                        Map.of(
                                "name",
                                "Hamlet",
                                "licence",
                                "Apache-2.0",
                                "visibility",
                                "ORGANISATION",
                                "intendedUse",
                                "To be read <b>aloud</b>.\n---\n# Not a heading"))
                .json(200);
        assertThat(changed.get("cardVersion").asInt()).isGreaterThan(1);
        assertThat(lab.client.get(path + "/card").body())
                .contains("license: apache-2.0")
                .contains("> To be read &lt;b>aloud&lt;/b>.\n> ---\n> # Not a heading");
        assertThat(lab.client.get(path + "/card?version=1").body()).isEqualTo(card);
        assertThat(lab.client.get(path + "/card?version=99").problem()).isEqualTo("not-found");
    }

    @Test
    void what_is_downloaded_are_the_stored_bytes() throws Exception {
        Map<String, byte[]> files = untarred(bytes(path + "/download").body());
        String slug = model.get("slug").asString();
        assertThat(new String(Objects.requireNonNull(files.get(slug + "/README.md")), UTF_8))
                .isEqualTo(lab.client.get(path + "/card").body());
        JsonNode listed = lab.client.get(path + "/files").json(200);
        assertThat(files).hasSize(listed.size() + 1);
        for (JsonNode file : listed) {
            byte[] inTar = Objects.requireNonNull(
                    files.get(slug + "/" + file.get("path").asString()));
            assertThat(sha256(inTar)).isEqualTo(file.get("sha256").asString());
            assertThat(bytes(path + "/file?path=" + file.get("path").asString()).body())
                    .isEqualTo(inTar);
        }
        assertThat(lab.client.get(path + "/file?path=../../secret").problem()).isEqualTo("not-found");

        byte[] weights = Objects.requireNonNull(files.get(slug + "/model.safetensors"));
        HttpResponse<byte[]> part = HttpClient.newHttpClient()
                .send(
                        lab.client
                                .request(path + "/file?path=model.safetensors")
                                .header("Range", "bytes=100-199")
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(weights, 100, 200));
    }

    @Test
    void a_gguf_is_made_once_and_comes_in_parts() throws Exception {
        String download = path + "/download?format=gguf&type=q8_0";
        HttpResponse<byte[]> whole = bytes(download);
        assertThat(whole.statusCode()).as(new String(whole.body(), UTF_8)).isEqualTo(200);
        assertThat(new String(whole.body(), 0, 4, UTF_8)).isEqualTo("GGUF");
        HttpResponse<byte[]> part = HttpClient.newHttpClient()
                .send(lab.client.request(download).header("Range", "bytes=0-3").build(), BodyHandlers.ofByteArray());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOf(whole.body(), 4));
        assertThat(lab.client.get(path + "/download?format=gguf&type=q2").status())
                .isEqualTo(400);
    }

    @Test
    void of_many_who_ask_for_a_gguf_at_once_each_gets_it_and_no_lock_stays_for_each_file() throws Exception {
        String download = path + "/download?format=gguf&type=f16";
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = IntStream.range(0, 8)
                    .mapToObj(each -> workers.submit(() -> bytes(download).statusCode()))
                    .toList();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        assertThat(home.resolve("exports")).isDirectoryNotContaining("glob:**.gguf.lock");
    }

    @Test
    void the_output_of_a_registered_run_goes_and_the_model_stays_whole() throws Exception {
        JsonNode own = TinyRuns.train(lab, "Ophelia");
        String run = own.get("run").asString();
        assertThat(lab.client.get("/api/runs/" + run + "/output").json(200)).isNotEmpty();
        jdbc.sql("update training.run set ended_at = now() - interval '31 days' where id = :run::uuid")
                .param("run", run)
                .update();
        Client ada = clients.founder("Ada");
        people.give(Awards.personOf(ada), Duty.ADMINISTRATOR);
        ada.post("/api/operations/clean-up", Map.of()).json(200);

        assertThat(lab.client.get("/api/runs/" + run + "/output").json(200)).isEmpty();
        String place = "/api/models/" + own.get("id").asString();
        for (JsonNode file : lab.client.get(place + "/files").json(200)) {
            assertThat(sha256(bytes(place + "/file?path=" + file.get("path").asString())
                            .body()))
                    .isEqualTo(file.get("sha256").asString());
        }
    }

    @Test
    void other_organisations_see_a_model_only_once_it_is_for_everybody() {
        Client eve = clients.founder("Eve");
        for (String route :
                new String[] {"", "/card", "/files", "/file?path=config.json", "/download", "/download?format=gguf"}) {
            assertThat(eve.get(path + route).problem()).as(route).isEqualTo("not-found");
        }
        assertThat(eve.put(path, Map.of("name", "Mine", "licence", "MIT", "visibility", "PUBLIC"))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.get("/api/runs/" + model.get("run").asString() + "/model")
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.post("/api/models", Map.of("run", model.get("run").asString()))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.get("/api/models").json(200)).isEmpty();

        Map<String, String> words = Map.of("name", "Hamlet", "licence", "MIT", "visibility", "PUBLIC");
        lab.client.put(path, words).json(200);
        assertThat(eve.get(path).json(200).get("mayChange").asBoolean()).isFalse();
        assertThat(eve.put(path, words).problem()).isEqualTo("not-allowed");
        assertThat(eve.delete(path + "?confirm=Hamlet").problem()).isEqualTo("not-allowed");
        lab.client
                .put(path, Map.of("name", "Hamlet", "licence", "MIT", "visibility", "ORGANISATION"))
                .json(200);
        assertThat(eve.get(path).problem()).isEqualTo("not-found");
    }

    @Test
    void what_one_organisation_pays_for_does_not_go_on_from_the_model_of_another() {
        Lab own = new Lab(clients.founder("Eve"), jdbc, ledger, 1_000);
        jdbc.sql("""
                insert into identity.membership (organisation, person, role, since) values (:organisation::uuid, :person::uuid, 'MEMBER', now())
                """)
                .param("organisation", lab.organisation)
                .param(
                        "person",
                        own.client.get("/api/me").json(200).get("person").asString())
                .update();
        String base = model.get("id").asString();
        assertThat(own.client.get("/api/models/" + base).status()).isEqualTo(200);
        assertThat(own.submit(Map.of("allocation", own.allocation, "recipe", "finetune", "base", base))
                        .body())
                .contains("This model belongs to another organisation than the allocation.");
    }

    @Test
    void a_folder_for_programs_holds_the_files_read_only() throws Exception {
        Path folder = models.folder(new ModelId(UUID.fromString(model.get("id").asString())));
        assertThat(folder.getFileName()).hasToString(model.get("slug").asString());
        for (JsonNode file : lab.client.get(path + "/files").json(200)) {
            Path there = folder.resolve(file.get("path").asString());
            assertThat(sha256(Files.readAllBytes(there)))
                    .isEqualTo(file.get("sha256").asString());
            assertThat(Files.getPosixFilePermissions(there).toString()).doesNotContain("WRITE");
        }
    }

    @Test
    void a_program_of_ones_own_that_leaves_a_model_has_it_registered_and_marked() {
        Lab own = new Lab(clients.founder("Bo"), jdbc, ledger, 1_000_000).operating();
        try {
            Map<String, byte[]> files = new TreeMap<>();
            for (JsonNode file : lab.client.get(path + "/files").json(200)) {
                String name = file.get("path").asString();
                files.put(name, bytes(path + "/file?path=" + name).body());
            }
            Map<String, Object> wish = own.script(
                    "mkdir $AIFACTORY_OUTPUT/mine\ncp $AIFACTORY_DATA/* $AIFACTORY_OUTPUT/mine\necho 'print(1)' > $AIFACTORY_OUTPUT/mine/code.py");
            wish.put("dataset", own.version(files));
            String run = own.start(wish);
            assertThat(own.awaitEnd(run).get("state").asString())
                    .as(own.log(run))
                    .isEqualTo("SUCCEEDED");
            JsonNode mine = TinyRuns.ofRun(own, run);
            assertThat(mine.get("foreign").asBoolean()).isTrue();
            JsonNode whole =
                    own.client.get("/api/models/" + mine.get("id").asString()).json(200);
            assertThat(whole.at("/facts/leftOut/0").asString()).isEqualTo("code.py");
            assertThat(whole.at("/facts/training").isNull()).isTrue();
            assertThat(own.client
                            .get("/api/models/" + mine.get("id").asString() + "/card")
                            .body())
                    .contains("A program of the makers' own made it");

            String nothing = own.start(own.script("echo hello > $AIFACTORY_OUTPUT/words.txt"));
            assertThat(own.awaitEnd(nothing).get("state").asString()).isEqualTo("SUCCEEDED");
            assertThat(own.client.post("/api/models", Map.of("run", nothing)).problem())
                    .isEqualTo("against-rules");
        } catch (Exception failure) {
            throw new AssertionError(failure);
        } finally {
            Lab.nobodyOperates(jdbc);
        }
    }

    @Test
    void a_model_that_finds_no_room_is_registered_once_there_is_some_and_removed_only_when_nobody_uses_it()
            throws Exception {
        Lab own = new Lab(clients.founder("Cy"), jdbc, ledger, 1_000_000).operating();
        try {
            Map<String, byte[]> files = new TreeMap<>();
            for (JsonNode file : lab.client.get(path + "/files").json(200)) {
                String name = file.get("path").asString();
                files.put(name, bytes(path + "/file?path=" + name).body());
            }
            Map<String, Object> wish = own.script(
                    "cp $AIFACTORY_DATA/* $AIFACTORY_OUTPUT; echo '{\"a\": 1}' > $AIFACTORY_OUTPUT/new.json");
            wish.put("dataset", own.version(files));
            limit(own, 1);
            String run = own.start(wish);
            assertThat(own.awaitEnd(run).get("state").asString())
                    .as(own.log(run))
                    .isEqualTo("SUCCEEDED");
            while (own.client
                    .get("/api/runs/" + run + "/model")
                    .json(200)
                    .get("reason")
                    .asString()
                    .isEmpty()) {
                Lab.pause();
            }
            assertThat(own.client.post("/api/models", Map.of("run", run)).problem())
                    .isEqualTo("not-enough-left");
            limit(own, 1L << 40);
            JsonNode mine =
                    own.client.post("/api/models", Map.of("run", run)).json(201).get("model");
            assertThat(own.client
                            .get("/api/storage/" + own.organisation)
                            .json(200)
                            .get("used")
                            .asLong())
                    .isGreaterThan(mine.get("bytes").asLong() - 10);

            ModelId id = new ModelId(UUID.fromString(mine.get("id").asString()));
            String place = "/api/models/" + id;
            transaction.executeWithoutResult(status -> models.use(id, "run of a test"));
            assertThat(own.client.delete(place).problem()).isEqualTo("invalid-request");
            String removal = place + "?confirm="
                    + java.net.URLEncoder.encode(mine.get("name").asString(), UTF_8);
            assertThat(own.client.delete(removal).body()).contains("run of a test");
            transaction.executeWithoutResult(status -> models.free("run of a test"));
            own.client.delete(removal).json(204);
            assertThat(own.client.get(place).problem()).isEqualTo("not-found");
            // Told once more, the end of the run does not bring it back.
            transaction.executeWithoutResult(
                    status -> events.publishEvent(new RunEnded(new RunId(UUID.fromString(run)), RunState.SUCCEEDED)));
            assertThat(own.client.get("/api/models").json(200)).isEmpty();
        } finally {
            Lab.nobodyOperates(jdbc);
        }
    }

    private void limit(Lab own, long bytes) {
        jdbc.sql("""
                insert into data.room (organisation, limit_bytes) values (:organisation::uuid, :bytes)
                on conflict (organisation) do update set limit_bytes = excluded.limit_bytes
                """)
                .param("organisation", own.organisation)
                .param("bytes", bytes)
                .update();
    }

    private HttpResponse<byte[]> bytes(String route) throws Exception {
        return HttpClient.newHttpClient().send(lab.client.request(route).build(), BodyHandlers.ofByteArray());
    }

    private static String sha256(byte[] bytes) throws Exception {
        return new Sha256(HexFormat.of()
                        .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                .digest(bytes)))
                .hex();
    }

    private static Map<String, byte[]> untarred(byte[] tar) throws Exception {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream in = new ByteArrayInputStream(tar);
                TarArchiveInputStream entries = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                files.put(entry.getName(), entries.readAllBytes());
            }
        }
        return files;
    }
}
