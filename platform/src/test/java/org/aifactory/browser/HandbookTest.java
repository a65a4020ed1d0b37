package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.Client;
import org.aifactory.PlatformProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the handbook tells, done on a platform of its own that is started as the handbook says. The founder's way, from the first
 * page to a chat with two models, is gone by keyboard alone. The pictures of the handbook are taken on the way, see {@link Pictures}.
 */
@Tag("browser")
@EnabledIf("isEngineBuilt")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HandbookTest {
    /** In minutes. For pictures of curves that are worth looking at there is more time, and more to learn from, than for a test. */
    private static final String SHORT = Pictures.areKept() ? "2" : "1";

    private static final String LONG = Pictures.areKept() ? "4" : "1";
    private static final int CONVERSATIONS = Pictures.areKept() ? 10_000 : 300;
    private static final LocatorAssertions.IsVisibleOptions IN_TIME =
            new LocatorAssertions.IsVisibleOptions().setTimeout(Pictures.areKept() ? 400_000 : 180_000);

    private static final Path HANDBOOK = Path.of("../docs/handbook");

    @TempDir
    static Path home;

    private static PlatformProcess platform;

    static boolean isEngineBuilt() {
        return Files.isDirectory(Path.of("../engine/target/lib"));
    }

    @BeforeAll
    static void start() {
        Path root = Path.of("..").toAbsolutePath().normalize();
        platform = PlatformProcess.start(
                home,
                Map.of(
                        "AIFACTORY_ENGINE_ROOT", root.toString(),
                        "AIFACTORY_EXAMPLES_FOLDER",
                                root.resolve("examples/founding").toString()));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static Visitor visitor() {
        return Visitor.at(platform.address(), Look.ENGLISH_LIGHT_WIDE);
    }

    private static Visitor example(String who) {
        return visitor().open(platform.entrance(who));
    }

    @Test
    @Order(1)
    void whoever_starts_the_platform_becomes_its_first_administrator() {
        try (Visitor administrator = visitor()) {
            administrator
                    .open(platform.entrance("administers"))
                    .type("name", "Ada Lund")
                    .type("email", "ada.lund@example.org")
                    .show("first-administrator", "main")
                    .type("password", Client.PASSWORD)
                    .press("form .button");
            administrator.open("/").see("handbook-administrator-home");
            administrator.open("/administration");
            administrator.type("email", "expert@example.org").choose("duty", "REVIEWER");
            administrator.show("administration", "main");
            administrator.press("section .form .button");
            administrator.open("/factories/lumi").press("summary");
            administrator.type("name", "Northern Operators").type("country", "FI");
            administrator.show("operator-named", ".head, .facts, details");
            administrator.press("details .button");
            assertThat(administrator.find(".said [data-tone='good']")).isVisible();
            administrator.open("/administration/audit").see("handbook-audit");
            administrator.open("/administration/disk").show("disk", "section");
        }
    }

    @Test
    @Order(2)
    void an_operator_fills_a_pool_sets_terms_plans_maintenance_and_closes() {
        LocalDateTime monday = LocalDateTime.now(ZoneOffset.UTC).plusDays(10).truncatedTo(ChronoUnit.HOURS);
        try (Visitor operator = example("operator")) {
            operator.open("/").show("operator-home", "main");
            operator.open("/factories/local").press(".head .actions a").show("desk", "main");

            operator.press("details:has(form[action$='/pool']) > summary");
            operator.type("local-cpu-hours", "60000")
                    .choose("local-cpu-unit", "CORE_HOUR")
                    .type("local-cpu-reason", "The share of start-ups, spring");
            operator.show("pool-filling", "section.card");
            operator.press("section.card details .button");
            assertThat(operator.find(".said [data-tone='good']")).isVisible();

            operator.press("details:has(form[action$='/terms']) > summary");
            operator.type("local-cpu-longest", "24").type("local-cpu-price", "0.04");
            operator.show("terms", "section.card");
            operator.press("form[action$='/terms'] .button");
            assertThat(operator.find(".said [data-tone='good']")).isVisible();

            operator.press("details:has(form[action$='/maintenance']) > summary");
            operator.type("local-from", monday.toString())
                    .type("local-until", monday.plusHours(6).toString())
                    .type("local-why", "New cooling")
                    .press("form[action$='/maintenance'] .button");
            operator.show("maintenance", "section:not(.card) > h3, section > .table, section:not(.card) > details");
            operator.press("form[action$='/maintenance/cancel'] .button");

            operator.press("form[action$='/partitions/local-cpu/open'] button");
            operator.see("handbook-closed");
            operator.press("form[action$='/partitions/local-cpu/open'] button");
            operator.open("/partitions/local-cpu/pool").show("pool-statement", "main");
        }
    }

    @Test
    @Order(3)
    void a_founder_goes_the_whole_way_by_keyboard_alone() throws IOException {
        try (Visitor founder = visitor()) {
            Keyboard keys = founder.keyboard();
            founder.open("/").show("welcome", "main");
            keys.around().go("main a.button[href='/sign-up']");
            signUp(founder, keys);
            apply(founder, keys);
            bringData(founder, keys);
            train(founder, keys);
            readWhatItTook(founder, keys);
            chat(founder, keys);
        }
    }

    private static void signUp(Visitor founder, Keyboard keys) {
        keys.type("name", "Mina Kim").type("email", "mina.kim@example.org").type("password", Client.PASSWORD);
        keys.type("organisation", "Northern Words Oy").choose("country", "Finland");
        founder.show("sign-up", "main");
        keys.go("main form .button");
        founder.show("home", "main");
        keys.around();
    }

    private static void apply(Visitor founder, Keyboard keys) {
        keys.go("main a.button[href='/apply']").choose("partition", "Cores of this computer");
        keys.type("hours", "20").type("project.title", "Law in plain words");
        keys.type("project.purpose", "A chatbot that explains contracts to our clients.");
        keys.type("profile.staff", "5").type("profile.turnover", "0");
        assertThat(founder.find("#live .notice[data-tone='good']")).isVisible();
        founder.show("apply", "main");
        keys.go("main form .actions button");
        assertThat(founder.find(".steps [data-state='done']")).hasCount(3);
        founder.show("granted", "main");
        keys.go(".head .actions a");
        founder.show("allocation", ".head, .card, .facts");
        keys.around();
        keys.go(".bar a[href='/account']").go("main .card.linked a");
        founder.show("organisation", "main");
        keys.go(".head .actions a");
        founder.show("profile", "main");
    }

    private static void bringData(Visitor founder, Keyboard keys) throws IOException {
        keys.go(".places a[href='/data']").go(".empty a.button");
        keys.type("name", "Handbook of AI factories").type("languages", "en, ko");
        keys.go("main form .button");
        assertThat(founder.find("#file")).isVisible();
        keys.bring(document("text/1-what-and-why.en.md"), document("conversations.jsonl"));
        assertThat(founder.find("tbody .badge[data-tone='good']")).hasCount(2);
        founder.show("upload", "main");
        keys.go("[data-make]");
        assertThat(founder.find("main h1")).hasText("Version 1");
        founder.see("handbook-version");
    }

    private static FilePayload document(String file) throws IOException {
        Path whole = Path.of("../examples/handbook").resolve(file);
        String some = Files.readAllLines(whole).stream().limit(CONVERSATIONS).collect(Collectors.joining("\n"));
        return new FilePayload(String.valueOf(whole.getFileName()), "text/plain", some.getBytes(UTF_8));
    }

    private static void train(Visitor founder, Keyboard keys) {
        keys.go(".places a[href='/runs']").go(".empty a.button");
        keys.type("minutes", LONG).type("cores", "1").type("name", "Law, large");
        keys.go("button[value='estimate']");
        assertThat(founder.find("section.card tbody tr")).not().hasCount(0);
        founder.show("estimate", "main");
        keys.go("button[value='start']");
        assertThat(founder.find("[aria-labelledby='chart-learning'] canvas")).isVisible(IN_TIME);
        founder.show("training", "main");
        keys.go(".places a[href='/runs']").go(".head a.button");
        keys.type("minutes", SHORT).type("cores", "1").type("name", "Law, small");
        keys.go("button[value='start']");
        awaitSuccess(founder);
        keys.go(".places a[href='/runs']").go("main a", "Law, large");
        awaitSuccess(founder);
        founder.show("trained", "main");
        keys.around();
    }

    private static void awaitSuccess(Visitor founder) {
        assertThat(founder.find("[data-live] .badge[data-tone='good'], [data-live] .badge[data-tone='bad']"))
                .isVisible(IN_TIME);
        assertThat(founder.find("[data-live] .badge[data-tone='good']").isVisible())
                .as(founder.find("main").innerText())
                .isTrue();
    }

    private static void readWhatItTook(Visitor founder, Keyboard keys) {
        keys.go(".places a[href='/runs']");
        founder.show("runs", "main");
        keys.tick("tbody tr:nth-child(1) input").tick("tbody tr:nth-child(2) input");
        keys.go("main form .button");
        founder.show("compare", "main");
        keys.go("tbody a").go("a[href$='/statement']");
        founder.show("statement", "main");
    }

    private static void chat(Visitor founder, Keyboard keys) {
        keys.go(".places a[href='/models']");
        founder.see("handbook-models");
        keys.go("main a", "Law, large");
        founder.show("model", "main");
        keys.go(".head a.button[href^='/chat']").choose("other", "Law, small").go("main form .button");
        keys.go(".chat-pane:nth-child(1) form[action$='/start'] .button");
        keys.go(".chat-pane:nth-child(2) form[action$='/start'] .button");
        keys.type("chat-text", "Where does the AI factory LUMI stand?");
        founder.page().keyboard().press("Enter");
        assertThat(founder.find("#chat-send")).isDisabled();
        assertThat(founder.find("#chat-send")).isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(120_000));
        assertThat(founder.find(".chat-pane .chat-assistant")).hasCount(2);
        assertThat(founder.find(".chat-pane .error")).hasCount(0);
        founder.show("chat", "main");
        keys.go("a[href='/chat/keys']").type("name", "Website").type("tokensPerDay", "50000");
        founder.show("keys", "main");
        keys.go("main form .button");
        assertThat(founder.find(".notice pre")).containsText("aik_");
        founder.see("handbook-key-made").open("/").show("home-later", "main");
    }

    @Test
    @Order(4)
    void a_reviewer_decides_and_an_operator_sees_what_was_given() {
        Client other = platform.founder("Saima");
        String id = other.post(
                        "/api/applications",
                        Map.of(
                                "organisation", other.organisation(),
                                "partition", "local-cpu",
                                "hours", 20_000,
                                "project", Map.of("title", "A model of the sea", "purpose", "Forecasts for harbours."),
                                "answers", Map.of("software", "PyTorch on 256 cores."),
                                "profile", Map.of("staff", 12, "turnover", 400_000)))
                .json(201)
                .get("id")
                .asString();
        try (Visitor reviewer = example("reviewer")) {
            reviewer.open("/").see("handbook-reviewer-home");
            reviewer.open("/applications").show("applications", "main");
            reviewer.open("/applications/" + id).type("reason", "It scales, and the pool has it.");
            reviewer.show("decide", "main").press("button[value='GRANT']");
            assertThat(reviewer.find(".steps [data-state='done']")).hasCount(3);
        }
        try (Visitor operator = example("operator")) {
            operator.open("/").see("handbook-operator-later");
            operator.open("/partitions/local-cpu").see("handbook-partition");
            operator.open("/factories/local/desk").press(".head .actions a");
            operator.show("factory-runs", "main");
        }
    }

    @Test
    @Order(5)
    void the_handbook_shows_these_pictures_and_no_others() throws IOException {
        Predicate<String> meant = Pictures::isOfTheWayOfAFounder;
        assertThat(names(Pictures.OF_THE_HANDBOOK, ".png").stream().filter(meant))
                .containsExactlyInAnyOrderElementsOf(Pictures.names(meant));
        StringBuilder handbook = new StringBuilder();
        for (String page : names(HANDBOOK, ".md")) {
            handbook.append(Files.readString(HANDBOOK.resolve(page)));
        }
        assertThat(names(Pictures.OF_THE_HANDBOOK, ".png"))
                .allMatch(name -> handbook.indexOf("(images/" + name + ")") >= 0);
    }

    private static Set<String> names(Path folder, String ending) throws IOException {
        try (Stream<Path> there = Files.list(folder)) {
            return there.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .collect(Collectors.toSet());
        }
    }
}
