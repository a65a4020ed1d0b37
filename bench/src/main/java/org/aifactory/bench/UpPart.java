package org.aifactory.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.training.Progress;

/** How long {@code ./aifactory up} takes to the first page, with what Java keeps of a rehearsal and without. */
final class UpPart implements Part {
    /** The launcher takes the cache from here. */
    private static final String CACHE = "AIFACTORY_AOT_CACHE";

    private final Progress progress;

    UpPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "up";
    }

    @Override
    public List<Table> measure() {
        List<Double> plain = new ArrayList<>();
        List<Double> cached = new ArrayList<>();
        double first;
        try (Scratch scratch = Scratch.make()) {
            Path home = scratch.file("home");
            Path cache = scratch.file("platform.aot");
            progress.show("Start of up  ", 0, "the first of all");
            Map<String, String> without = Map.of(CACHE, scratch.file("none").toString());
            first = seconds(home, without);
            progress.show("Start of up  ", 0, "a rehearsal");
            rehearse(cache);
            Map<String, String> with = Map.of(CACHE, cache.toString());
            for (int round = 0; round < Rounds.COUNT; round++) {
                progress.show("Start of up  ", round / (double) Rounds.COUNT, "");
                plain.add(seconds(home, without));
                cached.add(seconds(home, with));
            }
        }
        double whole = Rounds.median(plain);
        double fast = Rounds.median(cached);
        return List.of(new Table(
                "Start of up",
                List.of("from ./aifactory up to the first page", "seconds", "share"),
                List.of(
                        List.of("an empty home folder, its database made, once", first, first / whole),
                        List.of("without an AOT cache", whole, 1.0),
                        List.of("with one", fast, fast / whole)),
                List.of("Built before. Medians of %d, the two in turn, in one home folder with the founding factories."
                        .formatted(Rounds.COUNT))));
    }

    private static double seconds(Path home, Map<String, String> settings) {
        long begin = System.nanoTime();
        try (Platform platform = Platform.begin(home, settings)) {
            platform.awaitPage();
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** What the platform does by itself after its first start, when the cores are idle; with the launcher's settings, or it would not fit. */
    private static void rehearse(Path cache) {
        Child.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + System.getenv().getOrDefault("AIFACTORY_PLATFORM_HEAP", "512m"),
                        "-XX:+UseSerialGC",
                        "-Xlog:aot=off",
                        "-Xlog:cds=off",
                        "-XX:AOTCacheOutput=" + cache,
                        "-cp",
                        Child.file("platform", "target") + "/*:" + Child.file("platform", "target", "lib") + "/*",
                        "org.aifactory.Rehearsal",
                        "--logging.threshold.console=off"),
                _ -> {});
    }
}
