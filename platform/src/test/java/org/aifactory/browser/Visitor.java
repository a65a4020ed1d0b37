package org.aifactory.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.FilePayload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.aifactory.Client;

/** Somebody with a browser, who looks at every page closely. */
final class Visitor implements AutoCloseable {
    private static final List<String> WCAG =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
    private static final String AXE = AxeBuilder.getAxeScript();
    /** What fades or comes is looked at when it is there. */
    private static final String SETTLED = """
            () => Promise.all([document.fonts.ready, ...document.getAnimations()
                .filter(one => one.effect.getComputedTiming().endTime < Infinity)
                .map(one => one.finished.catch(() => null))]).then(() => null)""";

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    /** Where nobody looks at them there are pictures of faults alone. */
    private static final boolean IS_WATCHED = !Boolean.parseBoolean(System.getenv("CI"));

    /** Machines that run tests are busy. */
    static final double PATIENCE_MS = 30_000;

    private static final int FAULT_OF_OURS = 500;

    private final Look look;
    private final BrowserContext window;
    private final Page page;
    private final boolean withScripts;
    private final List<String> complaints = new ArrayList<>();

    private Visitor(String address, Look look, boolean withScripts) {
        this.look = look;
        this.withScripts = withScripts;
        window = Chromium.window(address, look, withScripts);
        window.setDefaultTimeout(PATIENCE_MS);
        page = window.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            // That an answer was a refusal is what some tests are about.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
    }

    static Visitor at(int port, Look look) {
        return at("http://127.0.0.1:" + port, look);
    }

    static Visitor at(String address, Look look) {
        return new Visitor(address, look, true);
    }

    static Visitor withoutScripts(int port) {
        return new Visitor("http://127.0.0.1:" + port, Look.ENGLISH_LIGHT_WIDE, false);
    }

    /** Says yes to whatever the page asks to have confirmed. */
    Visitor agreeing() {
        page.onDialog(Dialog::accept);
        return this;
    }

    /** Signs in as somebody who signed up before. */
    Visitor signIn(Client person) {
        return open("/sign-in")
                .type("email", person.get("/api/me").json(200).get("email").asString())
                .type("password", Client.PASSWORD)
                .press("button");
    }

    Page page() {
        return page;
    }

    /** For whoever goes on without the mouse. */
    Keyboard keyboard() {
        return new Keyboard(page);
    }

    Visitor open(String path) {
        Response answer = page.navigate(path);
        if (answer != null) {
            assertThat(answer.status()).as("status of " + path).isLessThan(FAULT_OF_OURS);
        }
        return this;
    }

    Visitor type(String field, String text) {
        page.fill("[id='" + field + "']", text);
        return this;
    }

    Visitor choose(String field, String value) {
        page.selectOption("[id='" + field + "']", value);
        return this;
    }

    /** Presses the first button or link of the page itself that looks like this. */
    Visitor press(String selector) {
        page.click("main " + selector);
        return this;
    }

    Visitor bring(FilePayload... files) {
        page.setInputFiles("#file", files);
        return this;
    }

    Visitor bring(Path file) {
        page.setInputFiles("#file", file);
        return this;
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    String path() {
        return java.net.URI.create(page.url()).getPath();
    }

    /** Fills in the form; the address is returned. */
    String signUp(String name, String organisation) {
        String email =
                name.toLowerCase(java.util.Locale.ROOT).replace(' ', '.') + "-" + UUID.randomUUID() + "@example.org";
        open("/sign-up").type("name", name).type("email", email).type("password", Client.PASSWORD);
        type("organisation", organisation).choose("country", "FI").press("button");
        assertThat(path()).isEqualTo("/");
        return email;
    }

    /**
     * Looks at the page: axe finds nothing against WCAG 2.2 AA, nothing sticks out at the side, no script complained, and every message
     * has its words. A picture of it stays in {@code target/screenshots}; with {@code CI=true} only where something is wrong.
     */
    Visitor see(String name) {
        if (IS_WATCHED) {
            picture(name);
        }
        try {
            requireWell(name);
        } catch (AssertionError fault) {
            picture(name);
            throw fault;
        }
        return this;
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(SCREENSHOTS.resolve(name + "-" + look.slug() + ".png")));
    }

    private void requireWell(String name) {
        assertThat(page.locator("body").innerText()).as("words of " + name).doesNotContain("??");
        assertThat(page.getAttribute("html", "lang")).isEqualTo(look.language());
        if (withScripts) {
            page.evaluate(SETTLED);
            assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
                    .as("width of " + name)
                    .isLessThanOrEqualTo(look.width());
            assertThat(violations()).as("axe on " + name).isEmpty();
        }
        assertThat(complaints).as("complaints of scripts on " + name).isEmpty();
    }

    /** Looks at the page, and takes a picture of this part of it for the handbook. */
    Visitor show(String picture, String part) {
        see("handbook-" + picture);
        Pictures.take(page, picture, find(part));
        return this;
    }

    /** What axe has against the page. Of all that it is content with it tells nothing, for that is long. */
    private List<String> violations() {
        page.evaluate(AXE);
        Object found = page.evaluate("""
                async tags => {
                  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
                  return found.violations.flatMap(
                      rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`));
                }""", WCAG);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    @Override
    public void close() {
        window.close();
    }
}
