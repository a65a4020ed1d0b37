package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** People walk from the platform to their provider and back, redirect by redirect. */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenIdSignInTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Environment environment;

    private OpenIdProvider provider;

    @BeforeAll
    void start() throws Exception {
        provider = OpenIdProvider.start(platform());
    }

    @AfterAll
    void stop() throws Exception {
        provider.close();
    }

    @Test
    void the_platform_says_with_whom_one_can_sign_in() {
        JsonNode providers = clients.nobody().get("/api/sign-in/providers").json(200);
        assertThat(providers).extracting(one -> one.get("name").asString()).containsExactly("closed", "The University");
        assertThat(providers).extracting(one -> one.get("href").asString()).contains("/sign-in/with/university");
    }

    @Test
    void whoever_a_provider_vouches_for_has_an_account_from_then_on() {
        String subject = "s-" + UUID.randomUUID();
        Browser first = browser();
        assertThat(signIn(first, subject, "Aino-" + subject + "@Example.org", true)
                        .local())
                .isEqualTo("/");
        JsonNode me = me(first);
        assertThat(me.get("name").asString()).isEqualTo("Person " + subject);
        assertThat(me.get("email").asString()).isEqualTo("aino-" + subject + "@example.org");
        assertThat(me.get("memberships")).isEmpty();

        Browser later = browser();
        signIn(later, subject, "another-" + subject + "@example.org", true);
        assertThat(me(later).get("person")).isEqualTo(me.get("person"));
        assertThat(json(later.open("/api/connections"))).hasSize(1);
    }

    @Test
    void a_provider_that_tells_the_address_of_somebody_here_opens_nothing() {
        Client aino = clients.founder("Aino");
        String email = aino.get("/api/me").json(200).get("email").asString();
        for (boolean verified : new boolean[] {false, true}) {
            Browser thief = browser();
            assertThat(signIn(thief, "thief-" + UUID.randomUUID(), email, verified)
                            .local())
                    .isEqualTo("/sign-in?refused=address-has-account");
            assertThat(thief.open("/api/me").status()).isEqualTo(401);
        }
    }

    @Test
    void without_an_address_there_is_no_account() {
        assertThat(signIn(browser(), "nameless-" + UUID.randomUUID(), "-", true).local())
                .isEqualTo("/sign-in?refused=no-address");
    }

    @Test
    void who_is_signed_in_to_both_connects_them_and_may_end_that() {
        String work = "work-" + UUID.randomUUID();
        String home = "home-" + UUID.randomUUID();
        Browser aino = browser();
        signIn(aino, work, work + "@example.org", true);
        JsonNode person = me(aino).get("person");

        assertThat(connect(aino, home).local()).isEqualTo("/");
        assertThat(me(aino).get("person")).isEqualTo(person);
        JsonNode connections = json(aino.open("/api/connections"));
        assertThat(connections).hasSize(2);

        Browser later = browser();
        signIn(later, home, "other@example.org", true);
        assertThat(me(later).get("person")).isEqualTo(person);

        later.open("/");
        assertThat(later.delete("/api/connections/" + connections.at("/0/id").asString()))
                .isEqualTo(204);
        // The last way in stays.
        assertThat(later.delete("/api/connections/" + connections.at("/1/id").asString()))
                .isEqualTo(409);
        Browser stranger = browser();
        signIn(stranger, work, "new-" + work + "@example.org", true);
        assertThat(me(stranger).get("person")).isNotEqualTo(person);
    }

    @Test
    void an_account_of_the_provider_is_connected_with_one_here_alone() {
        String taken = "taken-" + UUID.randomUUID();
        signIn(browser(), taken, taken + "@example.org", true);
        String own = "own-" + UUID.randomUUID();
        Browser aino = browser();
        signIn(aino, own, own + "@example.org", true);
        assertThat(connect(aino, taken).local()).isEqualTo("/sign-in?refused=connected-elsewhere");
    }

    @Test
    void no_other_site_connects_anything() {
        String own = "own-" + UUID.randomUUID();
        Browser aino = browser();
        signIn(aino, own, own + "@example.org", true);
        JsonNode person = me(aino).get("person");
        assertThat(aino.send("/sign-in/with/university", Map.of()).status()).isEqualTo(403);
        // A link that somebody lured her to signs her in elsewhere; it never connects.
        aino.forget("JSESSIONID");
        String other = "other-" + UUID.randomUUID();
        signIn(aino, other, other + "@example.org", true);
        assertThat(me(aino).get("person")).isNotEqualTo(person);
    }

    @Test
    void signing_out_ends_the_session_at_the_provider_too() {
        String subject = "s-" + UUID.randomUUID();
        Browser aino = browser();
        signIn(aino, subject, subject + "@example.org", true);
        aino.open("/");
        assertThat(aino.submit("/sign-out", Map.of()).local()).isEqualTo("/");
        assertThat(aino.open("/api/me").status()).isEqualTo(401);
        assertThat(aino.open("/sign-in/with/university").address().toString()).startsWith(OpenIdProvider.issuer());
    }

    @Test
    void a_provider_that_does_not_answer_or_is_unknown_is_said_on_the_sign_in_page() {
        assertThat(browser().open("/sign-in/with/closed").local()).isEqualTo("/sign-in?refused=unavailable");
        assertThat(browser().open("/sign-in/with/nobody").local()).isEqualTo("/sign-in?refused=declined");
        assertThat(browser().open("/sign-in/from/university?code=x&state=y").local())
                .isEqualTo("/sign-in?refused=declined");
        assertThat(browser().open("/sign-in/from/nobody?code=x&state=y").local())
                .isEqualTo("/sign-in?refused=declined");
    }

    /** Walks to the provider, says there who one is, and walks back. */
    private static Page signIn(Browser browser, String subject, String email, boolean verified) {
        Page there = browser.open("/sign-in/with/university");
        assertThat(there.address().toString()).startsWith(OpenIdProvider.issuer() + "/login");
        return browser.submit("/login", Map.of("username", subject + " " + email + " " + verified, "password", "any"));
    }

    /** Says at the provider that one is somebody else than before. */
    private static Page connect(Browser browser, String subject) {
        browser.forget("JSESSIONID");
        browser.open("/");
        Page there = browser.submit("/sign-in/with/university", Map.of());
        assertThat(there.address().toString()).startsWith(OpenIdProvider.issuer() + "/login");
        return browser.submit("/login", Map.of("username", subject + " other@example.org true", "password", "any"));
    }

    private static JsonNode me(Browser browser) {
        return json(browser.open("/api/me"));
    }

    private static JsonNode json(Page page) {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return JSON.readTree(page.text());
    }

    private Browser browser() {
        return new Browser(platform());
    }

    private String platform() {
        return "http://127.0.0.1:" + environment.getProperty("local.server.port");
    }
}
