package org.aifactory.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The pictures of the handbook, taken by the tests that walk its steps. They stay in {@code target/screenshots/handbook}. With {@code
 * AIFACTORY_HANDBOOK=true} they take the place of those in {@code docs/handbook/images}, except where only times and amounts differ.
 */
final class Pictures {
    static final Path OF_THE_HANDBOOK = Path.of("..", "docs", "handbook", "images");
    private static final Path TAKEN = Path.of("target", "screenshots", "handbook");
    private static final boolean REFRESH = Boolean.parseBoolean(System.getenv("AIFACTORY_HANDBOOK"));
    private static final int WIDTH = 1080;
    private static final int HEIGHT = 760;
    private static final int MARGIN = 12;
    private static final int MOST_HEIGHT = 1200;
    private static final double SHARE_OF_TIMES_AND_AMOUNTS = 0.02;
    private static final int VISIBLE = 24;
    private static final Set<String> NAMES = new TreeSet<>();
    /** What the names of those begin with that tests of their own take. */
    static final String OF_THE_PROGRAMME = "programme-";

    static final String OF_THE_OBSERVATORY = "observatory-";

    private Pictures() {}

    /** Whether this is done for the sake of the handbook. */
    static boolean areKept() {
        return REFRESH;
    }

    /** A band across the page around these parts of it, in a window of the handbook's size. */
    static void take(Page page, String name, Locator part) {
        NAMES.add(name + ".png");
        var before = page.viewportSize();
        Object scrolled = page.evaluate("window.scrollY");
        page.setViewportSize(WIDTH, HEIGHT);
        // What stays in sight while one scrolls stands at its place.
        page.evaluate("window.scrollTo(0, 0)");
        byte[] picture = page.screenshot(
                new Page.ScreenshotOptions().setFullPage(true).setClip(0, top(page, part), WIDTH, height(page, part)));
        page.setViewportSize(before.width, before.height);
        page.evaluate("place => window.scrollTo(0, place)", scrolled);
        keep(name + ".png", picture);
    }

    /** All that were taken since the tests began. */
    static Set<String> names(Predicate<String> meant) {
        return NAMES.stream().filter(meant).collect(Collectors.toSet());
    }

    static boolean isOfTheProgramme(String name) {
        return name.startsWith(OF_THE_PROGRAMME);
    }

    static boolean isOfTheWayOfAFounder(String name) {
        return !isOfTheProgramme(name) && !name.startsWith(OF_THE_OBSERVATORY);
    }

    private static double top(Page page, Locator part) {
        double top = boxes(part).mapToDouble(box -> box.y).min().orElseThrow();
        return Math.max(0, top + scrolled(page) - margin(part));
    }

    private static double height(Page page, Locator part) {
        double bottom = boxes(part).mapToDouble(box -> box.y + box.height).max().orElseThrow();
        double end = ((Number) page.evaluate("document.documentElement.scrollHeight")).doubleValue();
        return Math.min(MOST_HEIGHT, Math.min(bottom + scrolled(page) + margin(part), end) - top(page, part));
    }

    /** What is as wide as the page has its own margin. */
    private static double margin(Locator part) {
        return boxes(part).anyMatch(box -> box.x < MARGIN) ? 0 : MARGIN;
    }

    /** Of everything that is meant and can be seen. */
    private static Stream<BoundingBox> boxes(Locator part) {
        return part.all().stream().map(Locator::boundingBox).filter(Objects::nonNull);
    }

    private static double scrolled(Page page) {
        return ((Number) page.evaluate("window.scrollY")).doubleValue();
    }

    private static void keep(String file, byte[] picture) {
        try {
            Files.createDirectories(TAKEN);
            Files.write(TAKEN.resolve(file), picture);
            Path before = OF_THE_HANDBOOK.resolve(file);
            if (REFRESH && !(Files.exists(before) && isAlike(Files.readAllBytes(before), picture))) {
                Files.write(before, picture);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isAlike(byte[] one, byte[] other) throws IOException {
        BufferedImage before = ImageIO.read(new ByteArrayInputStream(one));
        BufferedImage after = ImageIO.read(new ByteArrayInputStream(other));
        if (before.getWidth() != after.getWidth() || before.getHeight() != after.getHeight()) {
            return false;
        }
        long different = 0;
        for (int y = 0; y < before.getHeight(); y++) {
            for (int x = 0; x < before.getWidth(); x++) {
                different += isVisible(before.getRGB(x, y), after.getRGB(x, y)) ? 1 : 0;
            }
        }
        return different <= SHARE_OF_TIMES_AND_AMOUNTS * before.getWidth() * before.getHeight();
    }

    private static boolean isVisible(int one, int other) {
        for (int shift = 0; shift <= 16; shift += 8) {
            if (Math.abs((one >> shift & 0xff) - (other >> shift & 0xff)) > VISIBLE) {
                return true;
            }
        }
        return false;
    }
}
