package org.aifactory.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.facts.FileFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/** The founding catalogue as it lies in the repository, and what is said of files that are not as they should be. */
@PlatformTest
class CatalogueFolderTest {
    private static final Path FOUNDING = Path.of("../examples/founding");

    @Autowired
    private CatalogueFolder catalogue;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @TempDir
    Path folder;

    @Test
    void what_is_loaded_is_what_stands_in_the_files() throws IOException {
        assertThat(catalogue.load(FOUNDING)).isEqualTo(7);

        for (Map<String, Object> file : files()) {
            Map<String, Object> factory = map(file.get("factory"));
            JsonNode loaded = clients.nobody()
                    .get("/api/factories/" + factory.get("slug"))
                    .json(200);
            for (String field : List.of("slug", "name", "host", "city", "country")) {
                assertThat(loaded.get(field).asString()).isEqualTo(factory.get(field));
            }
            assertFacts(loaded.get("facts"), list(factory.get("facts")), file);
            List<Map<String, Object>> machines = list(file.get("machines"));
            assertThat(loaded.get("machines"))
                    .extracting(machine -> machine.get("slug").asString())
                    .containsExactlyInAnyOrderElementsOf(machines.stream()
                            .map(machine -> String.valueOf(machine.get("slug")))
                            .toList());
            machines.forEach(machine -> assertMachine(machine, file));
        }
    }

    private void assertMachine(Map<String, Object> machine, Map<String, Object> file) {
        JsonNode loaded =
                clients.nobody().get("/api/machines/" + machine.get("slug")).json(200);
        assertThat(loaded.get("connected").asBoolean()).isFalse();
        assertFacts(loaded.get("facts"), list(machine.get("facts")), file);
        List<Map<String, Object>> partitions = list(machine.get("partitions"));
        assertThat(loaded.get("partitions")).hasSize(partitions.size());
        for (Map<String, Object> partition : partitions) {
            JsonNode known = clients.nobody()
                    .get("/api/partitions/" + partition.get("slug"))
                    .json(200);
            assertThat(known.get("usable").asBoolean()).isFalse();
            assertThat(known.get("kind").asString()).isEqualTo(partition.get("kind"));
            assertThat(known.get("nodes").asInt()).isEqualTo(value(partition, "nodes"));
            assertThat(known.get("coresPerNode").asInt()).isEqualTo(value(partition, "cores-per-node"));
            assertThat(known.get("gpusPerNode").asInt())
                    .isEqualTo(partition.containsKey("gpus-per-node") ? value(partition, "gpus-per-node") : 0);
            List<Map<String, Object>> facts = new ArrayList<>();
            for (String shape : List.of("nodes", "gpus-per-node", "cores-per-node", "memory-per-node")) {
                if (partition.containsKey(shape)) {
                    Map<String, Object> fact = new java.util.HashMap<>(map(partition.get(shape)));
                    fact.put("what", shape);
                    facts.add(fact);
                }
            }
            facts.addAll(list(partition.get("facts")));
            assertFacts(known.get("facts"), facts, file);
        }
    }

    private static int value(Map<String, Object> partition, String shape) {
        return (int) java.util.Objects.requireNonNull(map(partition.get(shape)).get("value"));
    }

    /** The same figures in the same order, each with its mark, and for each key of a source what stands behind it. */
    private static void assertFacts(JsonNode loaded, List<Map<String, Object>> written, Map<String, Object> file) {
        Map<String, Object> sources = map(file.get("sources"));
        assertThat(loaded).hasSize(written.size());
        for (int index = 0; index < written.size(); index++) {
            Map<String, Object> figure = written.get(index);
            JsonNode fact = loaded.get(index);
            assertThat(fact.get("what").asString()).isEqualTo(figure.get("what"));
            assertThat(fact.get("value").asString()).isEqualTo(String.valueOf(figure.get("value")));
            assertThat(fact.get("mark").asString()).isEqualTo(figure.get("mark"));
            assertThat(fact.get("sources"))
                    .extracting(JsonNode::asString)
                    .containsExactlyElementsOf(strings(figure.get("sources")).stream()
                            .map(key -> String.valueOf(sources.get(key)))
                            .toList());
        }
    }

    @Test
    void every_figure_has_a_source_and_a_mark_and_what_is_calculated_with_is_verified() {
        catalogue.load(FOUNDING);
        List<JsonNode> facts = new ArrayList<>();
        for (JsonNode factory : clients.nobody().get("/api/factories").json(200)) {
            factory.get("facts").forEach(facts::add);
            for (JsonNode machine : factory.get("machines")) {
                machine.get("facts").forEach(facts::add);
                for (JsonNode partition : machine.get("partitions")) {
                    partition.get("facts").forEach(facts::add);
                    assertThat(partition.get("facts"))
                            .filteredOn(fact -> List.of("nodes", "gpus-per-node", "cores-per-node")
                                    .contains(fact.get("what").asString()))
                            .noneMatch(fact -> fact.get("mark").asString().equals("UNVERIFIED"));
                }
            }
        }
        assertThat(facts).hasSizeGreaterThan(80).allSatisfy(fact -> {
            assertThat(fact.get("mark").asString()).isNotBlank();
            assertThat(fact.get("sources")).isNotEmpty();
            if (!fact.get("mark").asString().equals("UNVERIFIED")) {
                assertThat(fact.get("sources"))
                        .anyMatch(source -> source.asString().startsWith("http"));
            }
        });
    }

    @Test
    void loading_twice_changes_nothing_and_what_an_operator_has_set_stays() {
        catalogue.load(FOUNDING);
        jdbc.sql("update federation.partition set open = false, price_cents = 250 where slug = 'lumi-g'")
                .update();
        List<JsonNode> before = unconnected();
        long written = audited();

        catalogue.load(FOUNDING);

        assertThat(unconnected()).isEqualTo(before);
        assertThat(audited()).isEqualTo(written);
        assertThat(clients.nobody()
                        .get("/api/partitions/lumi-g")
                        .json(200)
                        .get("priceCents")
                        .asInt())
                .isEqualTo(250);
    }

    /** All but those with a connected machine, whose free cores change while the test runs. */
    private List<JsonNode> unconnected() {
        List<JsonNode> factories = new ArrayList<>();
        clients.nobody().get("/api/factories").json(200).forEach(factories::add);
        factories.removeIf(factory -> factory.get("machines")
                .valueStream()
                .anyMatch(machine -> machine.get("connected").asBoolean()));
        return factories;
    }

    private long audited() {
        return jdbc.sql("select count(*) from identity.audit where action = 'catalogue.loaded'")
                .query(Long.class)
                .single();
    }

    @Test
    void a_node_hour_of_a_known_partition_is_told_in_every_unit() {
        catalogue.load(FOUNDING);
        JsonNode booster =
                clients.nobody().get("/api/partitions/leonardo-booster").json(200);
        assertThat(booster.get("nodeHour").toString()).isEqualTo("{\"GPU_HOUR\":4,\"NODE_HOUR\":1,\"CORE_HOUR\":32}");
    }

    /** What stands in a good file, what is put in its place, and what is said. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            country: FI            | country: Finland         | line 7, factory.country: “Finland” is not a country
            slug: small-gpu        | slug: Small GPU          | line 15, machines[0].partitions[0].slug: “Small GPU” is not a name for addresses
            slug: small-gpu        | nam: small               | line 15, machines[0].partitions[0].nam: there is no such field; here may stand cores-per-node
            kind: GPU              | kind: TPU                | line 17, machines[0].partitions[0].kind: “TPU” is none of GPU, CPU
            value: 10, mark        | value: ten, mark         | line 18, machines[0].partitions[0].nodes.value: “ten” is not a whole number from 1 to 1000000
            value: 10, mark        | value: 0, mark           | line 18, machines[0].partitions[0].nodes.value: “0” is not a whole number
            what: staff            | what: stuff              | line 10, factory.facts[0].what: there are no words for “stuff”
            value: 32 posts, mark: SECONDARY, sources: [A] | value: 32 posts, mark: SECONDARY, sources: [] | line 10, factory.facts[0].sources: every figure has a source
            value: 32 posts, mark: SECONDARY, sources: [A] | value: 32 posts, mark: SECONDARY, sources: [X] | line 10, factory.facts[0].sources[0]: there is no source “X”
            value: 32 posts, mark: SECONDARY, sources: [A] | value: 32 posts, mark: SECONDARY, sources: [B] | line 10, factory.facts[0].sources: none of these sources has an address
            value: 32 posts, mark: SECONDARY, sources: [A] | value: 32 posts, sources: [A] | line 10, factory.facts[0]: the field mark is missing
            {value: 10, mark: SECONDARY | {value: 10, mark: UNVERIFIED | line 18, machines[0].partitions[0].nodes: this is calculated with, so it cannot be UNVERIFIED
            512 GiB                | lots                     | line 21, machines[0].partitions[0].memory-per-node.value: “lots” is not a whole number of GiB
            host: Host             | host: Host: again        | line 5: this is not YAML
            host: Host             | name: Again              | line 5, factory.name: this field stands here twice
            slug: good             | slug: local              | line 3, factory.slug: the factory “local” has machines that are connected
            slug: good-machine     | slug: local              | line 12, machines[0].slug: another factory has the machine “local”
            slug: small-gpu        | slug: local-cpu          | line 15, machines[0].partitions[0].slug: another machine has the partition “local-cpu”
            """)
    void a_broken_file_is_refused_with_file_line_and_field_and_nothing_is_changed(
            String good, String broken, String said) throws IOException {
        String file = GOOD.replace(good, broken);
        assertThat(file).isNotEqualTo(GOOD);
        Files.writeString(folder.resolve("broken.yaml"), file);
        List<JsonNode> before = unconnected();

        assertThatThrownBy(() -> catalogue.load(folder))
                .isInstanceOf(FileFault.class)
                .hasMessageStartingWith(folder.resolve("broken.yaml") + ", " + said);

        assertThat(unconnected()).isEqualTo(before);
    }

    private static final String GOOD = """
            sources: {A: 'https://example.org/a', B: hearsay}
            factory:
              slug: good
              name: Good
              host: Host
              city: Place
              country: FI
              # What is known of it.
              facts:
                - {what: staff, value: 32 posts, mark: SECONDARY, sources: [A]}
            machines:
              - slug: good-machine
                name: Machine
                partitions:
                  - slug: small-gpu
                    name: Small
                    kind: GPU
                    nodes: {value: 10, mark: SECONDARY, sources: [A]}
                    gpus-per-node: {value: 4, mark: PRIMARY, sources: [A, B]}
                    cores-per-node: {value: 64, mark: DERIVED, sources: [A]}
                    memory-per-node: {value: 512 GiB, mark: PRIMARY, sources: [A]}
            """;

    @Test
    void two_files_do_not_share_a_name_and_an_empty_folder_is_said_to_be_one() throws IOException {
        assertThatThrownBy(() -> catalogue.load(folder)).hasMessage(folder + " has no files that end in .yaml.");
        Files.writeString(folder.resolve("a.yaml"), GOOD);
        Files.writeString(folder.resolve("b.yaml"), GOOD);
        assertThatThrownBy(() -> catalogue.load(folder))
                .hasMessageStartingWith(
                        folder.resolve("b.yaml") + ", line 3, factory.slug: another file has the factory “good”");
        Files.writeString(folder.resolve("b.yaml"), "");
        assertThatThrownBy(() -> catalogue.load(folder))
                .hasMessageStartingWith(folder.resolve("b.yaml") + ": the file is empty");
        Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> catalogue.load(folder))
                .hasMessageStartingWith(folder.resolve("b.yaml").toString());
    }

    private static List<Map<String, Object>> files() throws IOException {
        List<Map<String, Object>> files = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(FOUNDING, "*.yaml")) {
            for (Path path : paths) {
                files.add(new Yaml().load(Files.readString(path)));
            }
        }
        return files;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@org.jspecify.annotations.Nullable Object value) {
        return (Map<String, Object>) java.util.Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(@org.jspecify.annotations.Nullable Object value) {
        return (List<String>) java.util.Objects.requireNonNull(value);
    }
}
