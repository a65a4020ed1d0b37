package org.aifactory.engine.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.engine.training.TrainingRequest.OtherRun;

/** A run of the smallest kind, through both stages: its text, its request, its folder. */
final class TinyRun {
    /** Metrics, samples and a checkpoint after every step. */
    static final Pace EVERY_STEP = new Pace(0, 0, Double.POSITIVE_INFINITY, 0);

    static final int STEPS = 8;

    private TinyRun() {}

    /** Some text and some conversations in a folder. */
    static Path writeTexts(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("text.txt"), words(1, 2000));
        Files.writeString(
                folder.resolve("talk.jsonl"),
                Stream.iterate(1, i -> i <= 30, i -> i + 1)
                        .map(i -> """
                                {"messages": [{"role": "user", "content": "%s?"}, {"role": "assistant", "content": "%s."}]}
                                """.formatted(
                                        words(i, 4).strip(), words(i + 100, 6).strip()))
                        .collect(Collectors.joining()));
        return folder;
    }

    private static String words(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> List.of("to", "be", "or", "not", "that", "is", "the", "question")
                        .get(random.nextInt(8)))
                .limit(count)
                .collect(Collectors.joining(" "));
    }

    static TrainingRequest request(Path texts, Path folder) {
        return request(texts, folder, STEPS, OptionalInt.of(16), OptionalDouble.empty(), OtherRun.REFUSE);
    }

    static TrainingRequest request(
            Path texts, Path folder, long steps, OptionalInt context, OptionalDouble learningRate, OtherRun otherRun) {
        return new TrainingRequest(
                List.of(texts),
                folder,
                new Budget.Steps(steps),
                OptionalInt.of(1),
                OptionalInt.of(64),
                OptionalInt.of(320),
                context,
                learningRate,
                Optional.empty(),
                1,
                "cpu",
                otherRun);
    }

    /** The bytes of all files in and below a folder, by name; those of a lock do not count. */
    static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(path).toString(),
                        java.util.HexFormat.of().formatHex(Files.readAllBytes(path)));
            }
        }
        files.remove("training/lock");
        return files;
    }

    /** The files of the finished model. */
    static Map<String, String> model(Path folder) throws IOException {
        Map<String, String> files = files(folder);
        files.keySet().removeIf(name -> name.startsWith("training/"));
        return files;
    }

    /** Copies a folder as it stands, as if the machine had stopped at this moment. */
    static void copy(Path from, Path to) {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
