package org.aifactory.programme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.facts.FileFault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@PlatformTest
class FoundingRoundTest {
    private static final Path FOUNDING = Path.of("../examples/founding/programme");

    @Autowired
    private ProgrammeFolder folder;

    @Autowired
    private Client.Factory clients;

    @BeforeEach
    void load() {
        folder.load(FOUNDING);
    }

    @Test
    void everybody_reads_seven_factories_seventeen_countries_and_three_halves_of_a_billion() {
        JsonNode numbers = numbers();

        assertThat(numbers.get("factories").asInt()).isEqualTo(7);
        assertThat(numbers.get("countries").asInt()).isEqualTo(17);
        assertThat(numbers.get("memberStates").asInt()).isEqualTo(15);
        assertThat(numbers.get("totalEur").toString()).isEqualTo("1500000000");
        assertThat(numbers.get("unionEur").toString()).isEqualTo("750000000");
        assertThat(numbers.get("statesEur").toString()).isEqualTo("750000000");
    }

    @Test
    void loading_again_books_nothing_twice() {
        folder.load(FOUNDING);
        folder.load(FOUNDING);

        assertThat(numbers().get("totalEur").toString()).isEqualTo("1500000000");
        assertThat(numbers().get("factories").asInt()).isEqualTo(7);
    }

    @Test
    void a_total_that_was_announced_otherwise_is_taken_back_before_the_new_one_is_booked(@TempDir Path copy)
            throws IOException {
        copy(copy);
        Path call = copy.resolve("call.yaml");
        Files.writeString(call, Files.readString(call).replace("union-euro: 750000000", "union-euro: 800000000"));

        folder.load(copy);
        assertThat(numbers().get("unionEur").toString()).isEqualTo("800000000");
        folder.load(FOUNDING);
        assertThat(numbers().get("unionEur").toString()).isEqualTo("750000000");
    }

    @Test
    void shares_that_were_never_published_stay_unknown_and_the_gap_is_told() {
        JsonNode round = round();
        JsonNode barcelona = selected(round, "BSC AI Factory").get("consortium");

        assertThat(barcelona.get(0).get("shareEur").toString()).isEqualTo("76000000");
        assertThat(barcelona.get(0).get("mark").asString()).isEqualTo("DERIVED");
        assertThat(barcelona.get(1).get("shareEur").isNull()).isTrue();
        assertThat(round.get("sharesEur").asLong()
                        + round.get("notPublishedEur").asLong())
                .isEqualTo(750_000_000);
        assertThat(round.get("notPublishedEur").asLong()).isPositive();
    }

    @Test
    void a_mistake_in_a_file_is_told_with_its_place_and_nothing_is_changed(@TempDir Path copy) throws IOException {
        copy(copy);
        Path lumi = copy.resolve("proposals/lumi.yaml");
        Files.writeString(lumi, Files.readString(lumi).replace("country: EE", "country: XX"));
        Path call = copy.resolve("call.yaml");
        Files.writeString(call, Files.readString(call).replace("union-euro: 750000000", "union-euro: 1"));

        assertThatThrownBy(() -> folder.load(copy))
                .isInstanceOf(FileFault.class)
                .hasMessageContaining("lumi.yaml")
                .hasMessageContaining("XX");
        assertThat(numbers().get("unionEur").toString()).isEqualTo("750000000");

        Files.writeString(lumi, Files.readString(lumi).replace("title:", "headline:"));
        assertThatThrownBy(() -> folder.load(copy))
                .isInstanceOf(FileFault.class)
                .hasMessageContaining("headline");
    }

    @Test
    void nothing_can_be_proposed_to_a_call_that_was_run_elsewhere() {
        Client host = clients.founder("Host");

        assertThat(clients.nobody()
                        .get("/api/calls/ai-factories-2024")
                        .json(200)
                        .get("phase")
                        .asString())
                .isEqualTo("CLOSED");
        assertThat(host.post(
                                "/api/calls/ai-factories-2024/proposals",
                                java.util.Map.of("organisation", host.organisation()))
                        .problem())
                .isEqualTo("not-now");
    }

    private JsonNode numbers() {
        for (JsonNode round :
                clients.nobody().get("/api/programme/summary").json(200).get("rounds")) {
            if (round.get("round").asString().equals("founding")) {
                return round.get("numbers");
            }
        }
        throw new AssertionError("There is no founding round.");
    }

    private JsonNode round() {
        for (JsonNode round : clients.nobody().get("/api/programme/rounds").json(200)) {
            if (round.get("slug").asString().equals("founding")) {
                return round;
            }
        }
        throw new AssertionError("There is no founding round.");
    }

    private static JsonNode selected(JsonNode round, String title) {
        for (JsonNode one : round.get("selected")) {
            if (one.get("title").asString().equals(title)) {
                return one;
            }
        }
        throw new AssertionError("There is no " + title);
    }

    private static void copy(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(FOUNDING)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(FOUNDING.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
