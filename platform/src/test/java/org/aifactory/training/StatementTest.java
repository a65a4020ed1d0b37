package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Unit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A long statement comes in pieces that fit together, and as one table that is written while it is read. */
@PlatformTest
class StatementTest {
    private static final int GIVEN = 2300;
    private static final Pattern EARLIER = Pattern.compile("rel=\"next\"[^>]*before=(\\d+)");

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private Lab lab;
    private String path;

    @BeforeEach
    void manyEntries() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        path = "/api/allocations/" + lab.allocation + "/statement";
        lab.awaitEnd(lab.start(lab.script("sleep 1")));
        AccountId account = account("select account from access.allocation where id = '" + lab.allocation + "'");
        AccountId supply = account("select supply_account from federation.partition where slug = 'local-cpu'");
        ledger.post(IntStream.range(0, GIVEN)
                .mapToObj(i -> new Transfer(
                        new EntryId(UUID.randomUUID()),
                        supply,
                        account,
                        new Amount(1 + i % 7, Unit.CPU_CORE_SECOND),
                        "Gift " + i))
                .toList());
    }

    private AccountId account(String query) {
        return new AccountId(sql.sql(query).query(UUID.class).single());
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @Test
    void the_pieces_of_a_statement_fit_together_and_end_at_its_balance() {
        List<JsonNode> lines = new ArrayList<>();
        String earlier = "";
        JsonNode piece;
        do {
            piece = lab.client.get(path + "?most=700" + earlier).json(200);
            assertThat(piece.get("lines").size()).isLessThanOrEqualTo(700);
            List<JsonNode> some = new ArrayList<>();
            piece.get("lines").forEach(some::add);
            lines.addAll(0, some);
            earlier = "&before=" + piece.get("earlier").asString("");
        } while (!piece.get("earlier").isNull());

        assertThat(lines).hasSize(GIVEN + 2);
        long left = 0;
        for (JsonNode line : lines) {
            left += line.get("amount").asLong();
            assertThat(line.get("balance").asLong()).isEqualTo(left);
        }
        JsonNode latest = lab.client.get(path).json(200);
        assertThat(latest.get("lines")).hasSize(1000);
        assertThat(left)
                .isEqualTo(latest.get("free").asLong() + latest.get("held").asLong())
                .isEqualTo(lab.balance().free());
        assertThat(lines.get(1).get("run").asString()).isNotEmpty();
    }

    @Test
    void the_table_has_every_line_in_order() {
        List<String> rows = lab.client.get(path + ".csv").body().lines().toList();
        assertThat(rows).hasSize(GIVEN + 3);
        assertThat(rows.getFirst()).startsWith("at,text,amount,balance");
        assertThat(rows.get(1)).contains("\"A test begins\",\"10000\",\"10000\"");
        assertThat(rows.getLast())
                .contains("\"Gift " + (GIVEN - 1) + "\"", "\"" + lab.balance().free() + "\"");
        assertThat(clients.founder("Eve").get(path + ".csv").problem()).isEqualTo("not-found");
    }

    @Test
    void the_page_leads_from_the_latest_entries_to_the_earliest() {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of(
                        "email",
                        lab.client.get("/api/me").json(200).get("email").asString(),
                        "password",
                        Client.PASSWORD));
        String page = "/allocations/" + lab.allocation + "/statement";
        String text = browser.open(page).text();
        assertThat(text).contains("Gift " + (GIVEN - 1)).doesNotContain("A test begins", "Latest entries");
        int pages = 1;
        for (Matcher next = EARLIER.matcher(text); next.find() && pages < GIVEN; next = EARLIER.matcher(text)) {
            text = browser.open(page + "?before=" + next.group(1)).text();
            pages++;
        }
        assertThat(pages).isEqualTo((GIVEN + 2 + 99) / 100);
        assertThat(text).contains("A test begins", "Latest entries").doesNotContain("Older entries");
    }
}
