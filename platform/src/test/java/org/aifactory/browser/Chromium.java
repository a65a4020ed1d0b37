package org.aifactory.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One Chromium of the machine for all tests of a run; it ends with the program. */
final class Chromium {
    private static final List<String> ALONE = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static final Playwright PLAYWRIGHT =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private static final Browser BROWSER = start();

    private Chromium() {}

    private static Browser start() {
        Path program = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "There is no Chromium in /usr/bin; install it (Debian: apt-get install chromium) or leave out the group browser."));
        PlaywrightAssertions.setDefaultAssertionTimeout(Visitor.PATIENCE_MS);
        Runtime.getRuntime().addShutdownHook(new Thread(PLAYWRIGHT::close));
        return PLAYWRIGHT
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(ALONE));
    }

    /** A window of somebody who was never here before. */
    static BrowserContext window(String address, Look look, boolean withScripts) {
        return BROWSER.newContext(new Browser.NewContextOptions()
                .setBaseURL(address)
                .setLocale(look.language())
                .setTimezoneId("Europe/Helsinki")
                .setColorScheme(look.isDark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setJavaScriptEnabled(withScripts)
                .setViewportSize(look.width(), look.height()));
    }
}
