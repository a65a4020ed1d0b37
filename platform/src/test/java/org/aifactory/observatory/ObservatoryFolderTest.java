package org.aifactory.observatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.facts.FileFault;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What nations do, as it lies in the repository, and what is said of files that are not as they should be. */
@PlatformTest
class ObservatoryFolderTest {
    private static final Path FOUNDING = Path.of("../examples/founding");

    @Autowired
    private ObservatoryFolder folder;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private JsonMapper json;

    @BeforeEach
    void nothing_is_known() {
        jdbc.sql("delete from observatory.initiative").update();
        jdbc.sql("delete from observatory.rate").update();
    }

    @Test
    void the_six_countries_are_loaded_once_and_what_somebody_changed_stays() {
        int number = folder.load(FOUNDING);
        JsonNode all = clients.nobody().get("/api/initiatives").json(200);
        assertThat(all).hasSize(number);
        assertThat(all.findValuesAsString("country")).containsOnly("AE", "CN", "FR", "IN", "IT", "US");

        Client analyst = clients.founder("Freja");
        people.give(Awards.personOf(analyst), Duty.ANALYST);
        ObjectNode fund =
                (ObjectNode) analyst.get("/api/initiatives/it-cdp-fund").json(200);
        fund.put("title", "As somebody put it");
        analyst.put("/api/initiatives/it-cdp-fund", json.convertValue(fund, java.util.Map.class))
                .json(200);

        folder.load(FOUNDING);

        JsonNode again = clients.nobody().get("/api/initiatives").json(200);
        again.forEach(initiative -> assertThat(initiative.get("version").asInt())
                .as(initiative.get("slug").asString())
                .isEqualTo(initiative.get("slug").asString().equals("it-cdp-fund") ? 2 : 1));
        assertThat(clients.nobody()
                        .get("/api/initiatives/it-cdp-fund")
                        .json(200)
                        .get("title")
                        .asString())
                .isEqualTo("As somebody put it");
    }

    @Test
    void what_was_swapped_or_mixed_up_elsewhere_is_told_apart_here() {
        folder.load(FOUNDING);
        JsonNode compared = clients.nobody()
                .get("/api/initiatives/comparison?currency=KRW&day=2024-06-28")
                .json(200);
        assertThat(shown(compared, "cn-science-2024")).isEqualByComparingTo("70339827133817");
        assertThat(shown(compared, "fr-commission-plan")).isEqualByComparingTo("7374300000000");
        assertThat(shown(compared, "it-cdp-fund")).isEqualByComparingTo("294972000000");
        assertThat(compared.get("notComparable").findValuesAsString("slug"))
                .contains("cn-ai-plus", "ae-falcon-foundation", "fr-growth-estimate", "fr-commission-fund");
        JsonNode inTotal = clients.nobody()
                .get("/api/initiatives/comparison?currency=USD&basis=IN_TOTAL&country=AE&day=2024-06-28")
                .json(200);
        assertThat(inTotal.at("/groups/0/initiatives/0/shown/exactness").asString())
                .isEqualTo("AT_LEAST");
        assertThat(inTotal.at("/groups/0/initiatives/0/shown/least").decimalValue())
                .isEqualByComparingTo("272294077.60");
    }

    private static java.math.BigDecimal shown(JsonNode compared, String slug) {
        for (JsonNode group : compared.get("groups")) {
            for (JsonNode row : group.get("initiatives")) {
                if (row.get("slug").asString().equals(slug)
                        && Optional.ofNullable(row.get("purpose"))
                                .filter(JsonNode::isString)
                                .isEmpty()) {
                    return row.at("/shown/least").decimalValue();
                }
            }
        }
        throw new AssertionError("Not compared: " + slug);
    }

    @ParameterizedTest
    @CsvSource({
        "sources: [T1], sources: [], name at least one",
        "sources: [T1], sources: [T9], there is no source",
        "kind: FUND, kind: WISH, is none of",
        "exact: 1e9, exact: much, is not an amount",
        "announced: 2024-03-12, announced: yesterday, is not a day",
        "kind: FUND, kind: REQUEST, commits nobody",
        "country: IT, country: XX, is no country",
        "title: A fund, titel: A fund, there is no such field"
    })
    void a_fault_is_told_with_file_and_line_and_nothing_is_changed(
            String before, String after, String words, @TempDir Path place) throws IOException {
        Path initiatives = Files.createDirectories(place.resolve("initiatives"));
        String good = """
                sources:
                  T1: https://example.org/fund
                initiatives:
                  - slug: a-fund
                    title: A fund
                    country: IT
                    body: A ministry
                    kind: FUND
                    standing: COMMITTED
                    payer: PUBLIC
                    amount: {exact: 1e9, currency: EUR, basis: IN_TOTAL}
                    announced: 2024-03-12
                    mark: SECONDARY
                    sources: [T1]
                """;
        Files.writeString(initiatives.resolve("a.yaml"), good);
        Files.writeString(
                initiatives.resolve("b.yaml"), good.replace("a-fund", "b-fund").replace(before, after));
        assertThatThrownBy(() -> folder.load(place))
                .isInstanceOf(FileFault.class)
                .hasMessageContaining("b.yaml, line ")
                .hasMessageContaining(words);
        assertThat(clients.nobody().get("/api/initiatives").json(200)).isEmpty();
    }
}
