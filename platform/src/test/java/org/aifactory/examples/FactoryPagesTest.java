package org.aifactory.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.examples.ExampleData.Link;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The pages of factories, as visitors and the example operator see them. */
@PlatformTest
class FactoryPagesTest {
    private static final String MISSING_WORDS = "??";

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
        data.enter(Path.of("../examples/founding"));
        jdbc.sql("""
                update federation.factory set operator = (select organisation from examples.person where key = 'operator')
                 where slug = 'local'
                """).update();
    }

    private Browser browser() {
        return new Browser("http://127.0.0.1:" + environment.getProperty("local.server.port") + "/");
    }

    private Browser operator() {
        Browser browser = browser();
        String link = data.links().stream()
                .filter(known -> known.key().equals("operator"))
                .map(Link::path)
                .findFirst()
                .orElseThrow();
        assertThat(browser.open(link).status()).isEqualTo(200);
        return browser;
    }

    @Test
    void visitors_read_of_every_factory_and_partition_in_both_languages() {
        for (String language : new String[] {"en", "ko"}) {
            Browser visitor = browser();
            assertReads(visitor, "/factories?lang=" + language, "Kajaani", "LUMI-G");
            assertReads(visitor, "/factories/lumi", "379.7 PFLOP/s", "lumi-supercomputer.eu");
            assertReads(visitor, "/factories/local", "local-cpu");
            assertReads(visitor, "/partitions/lumi-g", "2,978", "0.0625", "11,912", "512 GiB");
            assertReads(visitor, "/partitions/local-cpu");
            for (String slug : new String[] {"bsc", "it4lia", "l-aif", "mimer", "hammerhai", "pharos"}) {
                assertReads(visitor, "/factories/" + slug);
            }
        }
        assertThat(browser().open("/machines/leonardo").local()).isEqualTo("/factories/it4lia");
        assertThat(browser().open("/factories/lumi").text()).contains("is not connected to this platform");
        assertThat(browser().open("/factories/lumi?lang=ko").text()).contains("연결되어 있지 않습니다");
        assertThat(browser().open("/factories/nowhere").status()).isEqualTo(404);
    }

    private static void assertReads(Browser browser, String path, String... words) {
        Page page = browser.open(path);
        assertThat(page.status()).as(path).isEqualTo(200);
        assertThat(page.text()).contains("<h1").doesNotContain(MISSING_WORDS);
        for (String word : words) {
            assertThat(page.text()).contains(word);
        }
    }

    @Test
    void only_whoever_operates_a_factory_finds_its_desk() {
        assertThat(browser().open("/factories/local").text()).doesNotContain("/factories/local/desk");
        assertThat(browser().open("/factories/local/desk").status()).isNotEqualTo(200);
        Browser operator = operator();
        assertThat(operator.open("/factories/local").text()).contains("/factories/local/desk");
        assertReads(operator, "/factories/local/desk", "local-cpu");
        assertReads(operator, "/factories/local/desk?lang=ko", "local-cpu");
        assertThat(operator.open("/factories/lumi/desk").status()).isEqualTo(403);
    }

    @Test
    void an_operator_fills_a_pool_reads_its_statement_and_takes_back() {
        Browser operator = operator();
        long before = granted();
        operator.open("/factories/local/desk");
        String key = UUID.randomUUID().toString();
        Map<String, String> filling = Map.of("hours", "1.5", "unit", "CORE_HOUR", "reason", "For spring", "key", key);
        assertThat(operator.submit("/partitions/local-cpu/pool", filling).text())
                .contains("Time was added");
        operator.submit("/partitions/local-cpu/pool", filling);
        assertThat(granted()).isEqualTo(before + 5400);
        assertReads(operator, "/partitions/local-cpu/pool", "For spring");

        Map<String, String> back = Map.of(
                "filling",
                key,
                "hours",
                "1",
                "unit",
                "CORE_HOUR",
                "reason",
                "Too much",
                "key",
                UUID.randomUUID().toString());
        assertThat(operator.submit("/partitions/local-cpu/pool/take-back", back).text())
                .contains("Time was taken back");
        assertThat(granted()).isEqualTo(before + 1800);
        assertThat(operator.submit(
                                "/partitions/local-cpu/pool",
                                Map.of("hours", "many", "unit", "CORE_HOUR", "reason", "x", "key", key))
                        .text())
                .contains("data-tone=\"bad\"");
    }

    private long granted() {
        return clients.nobody()
                .get("/api/partitions/local-cpu")
                .json(200)
                .at("/pool/granted")
                .asLong();
    }

    @Test
    void an_operator_opens_and_closes_sets_terms_and_plans_maintenance() {
        Browser operator = operator();
        operator.open("/factories/local/desk");
        assertThat(operator.submit("/partitions/local-cpu/open", Map.of("open", "false"))
                        .text())
                .contains("is closed.");
        assertThat(operator.submit("/partitions/local-cpu/open", Map.of("open", "true"))
                        .text())
                .contains("is open.");
        operator.submit("/machines/local/open", Map.of("open", "false"));
        operator.submit("/machines/local/open", Map.of("open", "true"));
        assertThat(operator.submit("/partitions/local-cpu/terms", Map.of("hours", "24", "price", "0.03"))
                        .text())
                .contains("The terms of");
        assertThat(clients.nobody()
                        .get("/api/partitions/local-cpu")
                        .json(200)
                        .get("priceCents")
                        .asInt())
                .isEqualTo(3);
        assertThat(operator.submit("/partitions/local-cpu/terms", Map.of("hours", "0", "price", ""))
                        .text())
                .contains("data-tone=\"bad\"");
        operator.submit("/partitions/local-cpu/terms", Map.of("hours", "", "price", ""));

        assertThat(operator.submit(
                                "/machines/local/maintenance",
                                Map.of("from", "2031-01-01T08:00", "until", "2031-01-01T18:00", "reason", "Cables"))
                        .text())
                .contains("Cables");
        Matcher planned = Pattern.compile("name=\"maintenance\" value=\"([^\"]+)\"")
                .matcher(operator.open("/factories/local/desk").text());
        assertThat(planned.find()).isTrue();
        assertThat(operator.submit("/machines/local/maintenance/cancel", Map.of("maintenance", planned.group(1)))
                        .text())
                .contains("is cancelled");
        assertThat(operator.submit("/machines/local/maintenance", Map.of("from", "soon", "until", "", "reason", "x"))
                        .text())
                .contains("data-tone=\"bad\"");
    }

    @Test
    void an_administrator_says_who_operates_a_factory() {
        Browser browser = operator();
        assertThat(browser.open("/factories/pharos").text()).doesNotContain("/factories/pharos/operator");
        assertThat(browser.submit("/factories/pharos/operator", Map.of("name", "Mine", "country", "GR"))
                        .text())
                .contains("Only an administrator");
        jdbc.sql("""
                insert into identity.duty (person, duty) select person, 'ADMINISTRATOR' from examples.person where key = 'operator'
                """).update();
        try {
            assertThat(browser.open("/factories/pharos").text()).contains("/factories/pharos/operator");
            assertThat(browser.submit("/factories/pharos/operator", Map.of("name", "Greek Grid", "country", "GR"))
                            .text())
                    .contains("Greek Grid");
            assertThat(browser.submit("/factories/pharos/operator", Map.of("organisation", "x"))
                            .text())
                    .contains("This is not an organisation.");
        } finally {
            jdbc.sql("""
                    delete from identity.duty where duty = 'ADMINISTRATOR' and person = (select person from examples.person where key = 'operator')
                    """).update();
        }
    }

    @Test
    void a_form_of_another_site_changes_nothing() {
        Browser operator = operator();
        assertThat(operator.send("/partitions/local-cpu/open", Map.of("open", "false"))
                        .status())
                .isEqualTo(403);
        assertThat(clients.nobody()
                        .get("/api/partitions/local-cpu")
                        .json(200)
                        .get("open")
                        .asBoolean())
                .isTrue();
    }
}
