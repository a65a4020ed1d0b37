package org.aifactory.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.FilePayload;
import java.util.List;
import java.util.Map;

/** The hands of somebody who has a keyboard and no mouse. Every stop on the way must show that it has the focus. */
final class Keyboard {
    private static final int MOST_STOPS = 250;
    private static final int MOST_CHOICES = 80;
    private static final double A_MOMENT_MS = 25;
    private static final int MOST_ATTEMPTS = 6;
    private static final Page.WaitForFileChooserOptions CHOOSER =
            new Page.WaitForFileChooserOptions().setTimeout(5_000);
    private static final String WHERE = """
            ([selector, words]) => {
              const at = document.activeElement;
              if (!at || at === document.body || at === document.documentElement) return { there: false, seen: true, name: "" };
              const box = at.getBoundingClientRect();
              const style = getComputedStyle(at);
              const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
              return { there: at.matches(selector) && at.textContent.includes(words), seen: ringed && inside, name: at.outerHTML.slice(0, 160) };
            }
            """;

    private final Page page;

    Keyboard(Page page) {
        this.page = page;
    }

    /** Goes on with the tab key until this has the focus. */
    Keyboard to(String selector) {
        return to(selector, "");
    }

    private Keyboard to(String selector, String words) {
        for (int stop = 0; stop < MOST_STOPS; stop++) {
            if (isAt(selector, words)) {
                return this;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("The tab key does not lead to " + selector + " " + words + " on " + page.url());
    }

    /** Once around the page: whoever goes on comes back to where it begins. */
    Keyboard around() {
        page.keyboard().press("Tab");
        to(".skip");
        page.keyboard().press("Tab");
        return to(".skip");
    }

    private boolean isAt(String selector, String words) {
        Map<?, ?> where = (Map<?, ?>) page.evaluate(WHERE, List.of(selector, words));
        assertThat(where.get("seen"))
                .as("whether one sees that the focus is at " + where.get("name") + " on " + page.url())
                .isEqualTo(true);
        return Boolean.TRUE.equals(where.get("there"));
    }

    /** Replaces what stands in the field. */
    Keyboard type(String field, String text) {
        to("[id='" + field + "']");
        page.keyboard().press("Control+A");
        page.keyboard().insertText(text);
        return this;
    }

    /** @param words what the choice says, among other words */
    Keyboard choose(String field, String words) {
        to("[id='" + field + "']");
        page.keyboard().press("Home");
        for (int choice = 0; choice < MOST_CHOICES; choice++) {
            if (page.evaluate("document.activeElement.selectedOptions[0].textContent")
                    .toString()
                    .contains(words)) {
                return this;
            }
            page.keyboard().press("ArrowDown");
        }
        throw new AssertionError("No choice " + words + " in " + field);
    }

    /** Follows a link or sends a form, and waits for the page that comes. */
    Keyboard go(String selector) {
        return go(selector, "");
    }

    /** @param words what the link says, among other words */
    Keyboard go(String selector, String words) {
        to(selector, words);
        page.evaluate("window.isLeft = true");
        page.keyboard().press("Enter");
        for (double waited = 0; waited < Visitor.PATIENCE_MS; waited += A_MOMENT_MS) {
            if (hasCome()) {
                return this;
            }
            page.waitForTimeout(A_MOMENT_MS);
        }
        throw new AssertionError("Enter on " + selector + " " + words + " led nowhere from " + page.url());
    }

    private boolean hasCome() {
        try {
            return Boolean.TRUE.equals(page.evaluate("!window.isLeft && document.readyState === 'complete'"));
        } catch (PlaywrightException betweenPages) {
            return false;
        }
    }

    /** Ticks a box. */
    Keyboard tick(String selector) {
        to(selector);
        page.keyboard().press("Space");
        return this;
    }

    Keyboard bring(FilePayload... files) {
        to("#file");
        for (int attempt = 1; ; attempt++) {
            try {
                page.waitForFileChooser(CHOOSER, () -> page.keyboard().press("Enter"))
                        .setFiles(files);
                return this;
            } catch (TimeoutError busy) {
                // A window that is busy with its page opens no chooser.
                assertThat(attempt).as("attempts to choose files").isLessThan(MOST_ATTEMPTS);
            }
        }
    }
}
