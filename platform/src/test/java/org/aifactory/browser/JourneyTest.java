package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The way of a founder through the pages, as far as people go with a browser. */
@PlatformTest
@Tag("browser")
class JourneyTest {
    private static final FilePayload STORY = file("story.txt", "Once upon a time there was a factory.\n".repeat(50));
    private static final FilePayload TALK = file("talk.jsonl", """
                    {"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hello to you"}]}
                    """.repeat(20));

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    private static FilePayload file(String name, String text) {
        return new FilePayload(name, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource(names = "ENGLISH_LIGHT_NARROWEST", mode = EnumSource.Mode.EXCLUDE)
    void whoever_is_new_reads_what_this_is(Look look) {
        try (Visitor visitor = Visitor.at(port, look)) {
            visitor.open("/").see("welcome");
            visitor.open("/sign-in").see("sign-in");
            visitor.open("/docs").see("docs");
            visitor.open("/docs/problems").see("problems");
            visitor.open("/docs/problems/not-enough-left").see("problem");
            visitor.open("/docs/no-such-page").see("no-such-page");
            visitor.open("/invitations/unknown").see("invitation-closed");
            visitor.open("/first-administrator").see("first-administrator");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_founder_signs_up_and_brings_data(Look look) {
        try (Visitor founder = Visitor.at(port, look)) {
            founder.open("/sign-up").see("sign-up");
            founder.signUp("Mina Kim", "Hangul Labs");
            founder.see("home");

            founder.open("/data").see("data-none");
            founder.press(".empty a.button").see("data-new");
            founder.type("name", "Support conversations")
                    .type("languages", "fi, en")
                    .press("button");
            founder.see("upload");
            founder.bring(STORY, TALK);
            assertThat(founder.find("tbody .badge[data-tone='good']")).hasCount(2);
            founder.see("upload-done");
            founder.press("[data-make]").see("version");
            assertThat(founder.path()).matches("/data/.+/versions/[0-9a-f]{64}");

            founder.open("/data").see("data");
            founder.press("tbody a").see("dataset");
            founder.press(".actions a.quiet").see("dataset-edit");
            founder.open("/account").see("account");
            founder.press(".card.linked a").see("organisation");
            founder.press(".head .actions a").see("audit");
            founder.open("/organisations/new").see("organisation-new");
            founder.open("/runs/00000000-0000-0000-0000-000000000000").see("not-found");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void every_place_of_the_navigation_can_be_read_before_anything_is_there(Look look) {
        try (Visitor founder = Visitor.at(port, look)) {
            founder.signUp("Aino Virta", "Virta Oy");
            List<Object> places = List.copyOf((List<?>)
                    founder.find(".places a").evaluateAll("links => links.map(link => link.getAttribute('href'))"));
            assertThat(places).contains("/data");
            for (Object place : places) {
                founder.open(place.toString()).see("place" + place.toString().replace('/', '-'));
            }
        }
    }

    @Test
    void a_form_says_at_each_field_what_is_wrong_keeps_what_was_typed_and_leads_to_the_first_fault() {
        try (Visitor visitor = Visitor.at(port, Look.ENGLISH_LIGHT_WIDE)) {
            visitor.open("/sign-up")
                    .type("name", "Mina")
                    .type("email", "nonsense")
                    .press("button");

            visitor.see("sign-up-faults");
            assertThat(visitor.find("#email-error")).hasText("This does not look like an e-mail address.");
            assertThat(visitor.find("#country-error")).hasText("Choose the country in which it is registered.");
            assertThat(visitor.find("#name")).hasValue("Mina");
            assertThat(visitor.find("#email")).isFocused();
            assertThat(visitor.find("#email")).hasAttribute("aria-describedby", "email-error email-hint");
        }
    }

    @Test
    void a_wrong_password_is_said_and_the_address_is_kept() {
        try (Visitor visitor = Visitor.at(port, Look.ENGLISH_DARK_NARROW)) {
            visitor.open("/sign-in")
                    .type("email", "nobody@example.org")
                    .type("password", "a wrong password")
                    .press("button");

            visitor.see("sign-in-fault");
            assertThat(visitor.find("#email")).hasValue("nobody@example.org");
            assertThat(visitor.find("#password-error")).isVisible();
        }
    }

    @Test
    void an_upload_goes_on_where_it_stopped_when_the_same_file_is_chosen_after_a_reload(@TempDir Path folder)
            throws IOException {
        Path large = Files.writeString(folder.resolve("large.txt"), "All work and no play. ".repeat(400_000));
        try (Visitor founder = Visitor.at(port, Look.ENGLISH_LIGHT_WIDE)) {
            founder.signUp("Bo Berg", "Berg AB");
            founder.open("/data/new").type("name", "Large").press("button");
            AtomicInteger parts = new AtomicInteger();
            founder.page().route("**/api/uploads/*", route -> {
                if (route.request().method().equals("PATCH") && parts.incrementAndGet() > 1) {
                    route.abort();
                } else {
                    route.resume();
                }
            });
            founder.bring(large);
            // It gives up only after it has tried again for a while.
            assertThat(founder.find("tbody .badge[data-tone='warn']"))
                    .hasCount(1, new LocatorAssertions.HasCountOptions().setTimeout(120_000));

            founder.page().unroute("**/api/uploads/*");
            List<String> offsets = new CopyOnWriteArrayList<>();
            founder.page().onRequest(request -> noteOffset(request, offsets));
            founder.page().reload();
            assertThat(founder.find("tbody .badge")).containsText("Stopped at 4.2 MB");
            founder.bring(large);
            assertThat(founder.find("tbody .badge[data-tone='good']")).hasCount(1);
            assertThat(founder.find("tbody tr")).hasCount(1);
            assertThat(offsets).startsWith(Integer.toString(4 * 1024 * 1024)).doesNotContain("0");

            founder.press("[data-make]");
            assertThat(founder.find("main h1")).hasText("Version 1");
        }
    }

    private static void noteOffset(Request request, List<String> offsets) {
        if (request.method().equals("PATCH")) {
            offsets.add(request.headers().get("upload-offset"));
        }
    }

    @Test
    void without_scripts_everything_works_as_well() {
        try (Visitor founder = Visitor.withoutScripts(port)) {
            founder.signUp("Plain Pekka", "Plain Oy");
            founder.open("/data/new").type("name", "By form").press("button");
            founder.bring(STORY, TALK).press("[data-make]");
            assertThat(founder.find("main h1")).hasText("Version 1");

            founder.open("/account").type("name", "laptop").press("#tokens button");
            String token = founder.find(".notice pre").innerText().strip();
            assertThat(clients.nobody()
                            .with(token)
                            .get("/api/me")
                            .json(200)
                            .get("name")
                            .asString())
                    .isEqualTo("Plain Pekka");

            founder.open("/?theme=dark");
            assertThat(founder.find("html")).hasAttribute("data-theme", "dark");
            founder.open("/account");
            assertThat(founder.find("html")).hasAttribute("data-theme", "dark");
        }
    }

    @Test
    void colleagues_join_by_the_link_of_an_invitation() {
        try (Visitor owner = Visitor.at(port, Look.ENGLISH_LIGHT_WIDE);
                Visitor colleague = Visitor.at(port, Look.KOREAN_LIGHT_NARROW)) {
            owner.signUp("Olga Own", "Own Oy");
            owner.open("/account").press(".card.linked a");
            owner.type("email", "colleague@example.org")
                    .choose("role", "VIEWER")
                    .press("section .form button");
            owner.see("invited");
            String link = owner.find(".notice pre").innerText().strip();

            colleague.open(link).see("invitation");
            colleague.press("a.button").see("sign-up-invited");
            colleague.type("name", "Kim").type("password", Client.PASSWORD).press("button");
            colleague.see("invitation-accept");
            colleague.press("button").see("organisation-viewer");
            assertThat(colleague.find("main h1")).hasText("Own Oy");
            assertThat(colleague.find("main select")).hasCount(0);
        }
    }

    @Test
    void the_keyboard_reaches_the_content_first_and_the_menu_opens_on_narrow_screens() {
        try (Visitor visitor = Visitor.at(port, Look.ENGLISH_LIGHT_NARROWEST)) {
            visitor.signUp("Kay Board", "Keys Ltd");
            // A key that is pressed while a page is still coming moves nothing in it.
            visitor.open("/");
            visitor.page().bringToFront();
            visitor.page().keyboard().press("Tab");
            assertThat(visitor.find(".skip")).isFocused();
            visitor.page().keyboard().press("Enter");
            assertThat(visitor.find("#content")).isFocused();

            assertThat(visitor.find(".places")).isHidden();
            visitor.find(".menu-button").click();
            assertThat(visitor.find(".places")).isVisible();
            visitor.see("menu");
            visitor.find(".places a[href='/data']").click();
            assertThat(visitor.path()).isEqualTo("/data");
        }
    }

    @Test
    void light_or_dark_is_chosen_in_place_and_remembered() {
        try (Visitor visitor = Visitor.at(port, Look.ENGLISH_LIGHT_WIDE)) {
            visitor.open("/");
            visitor.find("[data-choose-theme='dark']").click();
            assertThat(visitor.find("html")).hasAttribute("data-theme", "dark");
            visitor.open("/sign-in");
            assertThat(visitor.find("html")).hasAttribute("data-theme", "dark");
            visitor.see("sign-in-chosen-dark");
        }
    }
}
