package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.aifactory.engine.ChildProcess;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.TrainingRequest.OtherRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Aim: a run ends with the same bytes whatever happens on its way, and nothing else than a run is ever touched. Method: one run
 * that is left alone, of whose folder a copy is kept after every line of progress: such a copy is what a crash leaves.
 */
class TrainingRunTest {
    private static final int TERMINATED = 143;

    @TempDir
    private static Path shared;

    private static Path texts = Path.of("");
    private static Path finished = Path.of("");
    private static List<Path> crashes = List.of();

    @TempDir
    private Path scratch;

    @BeforeAll
    static void runOnceLeftAlone() throws IOException {
        texts = TinyRun.writeTexts(shared.resolve("texts"));
        finished = shared.resolve("finished");
        crashes = runLeftAlone(TinyRun.request(texts, finished));
    }

    /** Runs to the end and returns the folder's copies. */
    private static List<Path> runLeftAlone(TrainingRequest request) {
        List<Path> copies = new ArrayList<>();
        Path folder = request.folder();
        PrintStream copying = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8) {
            @Override
            public void flush() {
                Path copy = folder.resolveSibling(folder.getFileName() + "-crash-" + copies.size());
                TinyRun.copy(folder, copy);
                copies.add(copy);
            }
        };
        run(request, new Progress(copying, true, Duration.ZERO));
        return copies;
    }

    private static TrainingRun.Outcome run(TrainingRequest request, Progress progress) {
        return new TrainingRun(request, progress, new Clock(System.nanoTime()), TinyRun.EVERY_STEP).run();
    }

    private static String run(TrainingRequest request) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        run(request, new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false));
        return said.toString(StandardCharsets.UTF_8);
    }

    private static TrainingRequest request(Path folder, OtherRun otherRun) {
        return TinyRun.request(texts, folder, TinyRun.STEPS, OptionalInt.of(16), OptionalDouble.empty(), otherRun);
    }

    /** What a crash left, in a folder of its own. */
    private Path crashed(int copy) {
        Path folder = scratch.resolve("crashed-" + copy);
        TinyRun.copy(crashes.get(copy), folder);
        return folder;
    }

    /** The folder of a run that stopped with checkpoints, and not yet in its last stage. */
    private Path unfinished() {
        for (int copy = 0; copy < crashes.size(); copy++) {
            if (Files.exists(crashes.get(copy).resolve("training/checkpoint-000000000003.safetensors"))) {
                return crashed(copy);
            }
        }
        throw new AssertionError("no run was met on its way");
    }

    private static List<Path> checkpoints(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("training"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Long> steps(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("training/metrics.jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line).get("step").longValue())
                .toList();
    }

    private static List<Long> allSteps() {
        return LongStream.rangeClosed(1, TinyRun.STEPS).boxed().toList();
    }

    @Test
    void aRunLeavesAModelItsRecordAndItsMetricsAndNothingElse() throws IOException {
        assertThat(TinyRun.files(finished))
                .containsOnlyKeys(
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "training/evaluation.json",
                        "training/evaluation.md",
                        "training/metrics.jsonl",
                        "training/run.json",
                        "training/samples.jsonl");
        assertThat(steps(finished)).isEqualTo(allSteps());
    }

    @Test
    void whereverARunCrashedTheSameRequestEndsWithTheSameBytes() throws IOException {
        int between = Math.max(1, crashes.size() / 7);
        for (int copy = 0; copy < crashes.size(); copy += between) {
            Path folder = crashed(copy);

            run(request(folder, OtherRun.REFUSE));

            assertThat(TinyRun.model(folder)).as("copy %d", copy).isEqualTo(TinyRun.model(finished));
            assertThat(steps(folder)).isEqualTo(allSteps());
        }
    }

    /** What is held out is unlike what is learned, so that the run predicts it worse and worse. */
    @Test
    void theWeightsThatPredictedBestAreKeptWhereverTheRunCrashed() throws IOException {
        Path text = Files.writeString(
                scratch.resolve("text.txt"),
                "to be or not to be\n".repeat(500) + "\n" + "Quiz, jazz vex!\n".repeat(60));
        int steps = 20;
        Path folder = scratch.resolve("model");
        TrainingRequest request =
                TinyRun.request(text, folder, steps, OptionalInt.of(16), OptionalDouble.empty(), OtherRun.REFUSE);
        List<Path> copies = runLeftAlone(request);

        JsonNode evaluation =
                JsonMapper.shared().readTree(Files.readString(folder.resolve("training/evaluation.json")));
        int kept = evaluation.get("step").intValue();
        assertThat(kept).isLessThan(steps);
        double last = bitsPerByte(folder).getLast();
        assertThat(evaluation.get("text").get("bitsPerByte").doubleValue()).isLessThan(last);
        for (int copy = 1; copy < copies.size(); copy += Math.max(1, copies.size() / 3)) {
            Path crashed = scratch.resolve("again-" + copy);
            TinyRun.copy(copies.get(copy), crashed);
            TrainingRequest again =
                    TinyRun.request(text, crashed, steps, OptionalInt.of(16), OptionalDouble.empty(), OtherRun.REFUSE);
            assertThat(run(again)).contains("Kept          the weights of step " + kept + " of " + steps);
            assertThat(TinyRun.model(crashed)).as("copy %d", copy).isEqualTo(TinyRun.model(folder));
        }
    }

    private static List<Double> bitsPerByte(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("training/metrics.jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line).path("bitsPerByte"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::doubleValue)
                .toList();
    }

    @Test
    void whoeverWatchesSeesWhatTheModelSaysAndHowItEnded() throws IOException {
        Path folder = scratch.resolve("model");
        int steps = 4;
        run(TinyRun.request(texts, folder, steps, OptionalInt.of(64), OptionalDouble.empty(), OtherRun.REFUSE));
        List<JsonNode> samples = Files.readAllLines(folder.resolve("training/samples.jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
        assertThat(samples.stream().map(sample -> sample.get("step").intValue()))
                .isSorted()
                .contains(1, steps);
        assertThat(samples.stream().map(sample -> sample.get("stage").stringValue()))
                .contains("TEXT", "CONVERSATIONS");
        assertThat(samples).allMatch(sample -> sample.get("text").isString());
        assertThat(samples.stream().map(sample -> sample.get("prompt").stringValue()))
                .noneMatch(String::isBlank);
        JsonNode evaluation =
                JsonMapper.shared().readTree(Files.readString(folder.resolve("training/evaluation.json")));
        assertThat(evaluation.propertyNames()).containsExactly("step", "steps", "text", "conversations");
        assertThat(Files.readString(folder.resolve("training/evaluation.md")))
                .contains("## Held-out text", "the assistant's turns", "| bits per byte |");
    }

    @Test
    void aKilledProcessIsGoneOnWithToTheSameBytesAndWhileItLivesItsFolderIsItsOwn() throws Exception {
        Path folder = scratch.resolve("model");
        try (ChildProcess child = ChildProcess.of(TrainingProcess.class, texts.toString(), folder.toString())) {
            awaitSteps(child, folder, 2);
            assertThatThrownBy(() -> run(request(folder, OtherRun.DISCARD)))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            refusal -> assertThat(refusal.kind()).isEqualTo(Kind.CONFLICT))
                    .hasMessageContaining("Another process is training in " + folder);
            child.process().destroyForcibly();
            child.run();
        }

        assertThat(run(request(folder, OtherRun.REFUSE))).contains("Going on with the unfinished run");

        assertThat(TinyRun.model(folder)).isEqualTo(TinyRun.model(finished));
        assertThat(steps(folder)).isEqualTo(allSteps());
    }

    @Test
    void aProcessAskedToStopWritesACheckpointAndSaysSo() throws Exception {
        Path folder = scratch.resolve("model");
        ChildProcess child = ChildProcess.of(TrainingProcess.class, texts.toString(), folder.toString());
        awaitSteps(child, folder, 2);
        child.process().destroy();

        ChildProcess.Ended ended = child.run();

        assertThat(ended.status()).isEqualTo(TERMINATED);
        assertThat(ended.errors()).containsPattern("Stopped after step \\d of 8, with a checkpoint\\.");
        assertThat(run(request(folder, OtherRun.REFUSE))).contains("Going on with the unfinished run at step");
        assertThat(TinyRun.model(folder)).isEqualTo(TinyRun.model(finished));
    }

    private static void awaitSteps(ChildProcess child, Path folder, int count) throws Exception {
        Path metrics = folder.resolve("training/metrics.jsonl");
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < count) {
            assertThat(child.process().isAlive()).as(child.errors()).isTrue();
            Thread.sleep(20);
        }
    }

    @Test
    void aStopDuringThePreparationLeavesNothingBehind() {
        Path folder = scratch.resolve("new/model");
        try (StopRequest stop = StopRequest.listen()) {
            stop.make();
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false);

            TrainingRun.Outcome outcome = new TrainingRun(request(folder, OtherRun.REFUSE), progress).run(stop);

            assertThat(outcome.finished()).isFalse();
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("Stopped before the training began");
            assertThat(scratch).isEmptyDirectory();
        }
    }

    @Test
    void otherOptionsOrTextAreRefusedByNameAndNothingIsChanged() throws IOException {
        Path folder = unfinished();
        Map<String, String> before = TinyRun.files(folder);
        TrainingRequest otherSteps = TinyRun.request(
                texts, folder, TinyRun.STEPS + 1, OptionalInt.of(16), OptionalDouble.of(0.5), OtherRun.REFUSE);
        assertRefused(
                otherSteps,
                Kind.CONFLICT,
                "--learning-rate was not given and is now 0.5. The budget was --steps 8 and is now --steps 9.");

        Path otherTexts = TinyRun.writeTexts(scratch.resolve("texts"));
        Files.writeString(otherTexts.resolve("text.txt"), "Something else");
        assertRefused(TinyRun.request(otherTexts, folder), Kind.CONFLICT, "texts/text.txt was changed.");

        assertThat(TinyRun.files(folder)).isEqualTo(before);
    }

    @Test
    void aFinishedRunIsRefusedAndReplacedOnlyWhenAskedTo() throws IOException {
        Path folder = scratch.resolve("model");
        TinyRun.copy(finished, folder);
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Map<String, String> before = TinyRun.files(folder);
        assertRefused(request(folder, OtherRun.REFUSE), Kind.CONFLICT, "is finished");
        assertThat(TinyRun.files(folder)).isEqualTo(before);

        run(request(folder, OtherRun.DISCARD));

        assertThat(steps(folder)).isEqualTo(allSteps());
        assertThat(TinyRun.model(folder))
                .containsAllEntriesOf(TinyRun.model(finished))
                .containsKey("notes.txt");
    }

    @Test
    void anEarlierModelStaysUntilTheRunThatReplacesItCanBegin() throws IOException {
        Path folder = scratch.resolve("model");
        TinyRun.copy(finished, folder);
        Map<String, String> before = TinyRun.files(folder);

        assertRefused(
                TinyRun.request(texts, folder, 8, OptionalInt.of(100_000), OptionalDouble.empty(), OtherRun.DISCARD),
                Kind.INPUT,
                "The text is too short");

        assertThat(scratch.toFile().list()).containsExactly("model");
        assertThat(TinyRun.files(folder)).isEqualTo(before);
    }

    @Test
    void aRunThatIsSetAsideKeepsItsFilesUnderAnotherName() throws IOException {
        Path folder = scratch.resolve("model");
        TinyRun.copy(finished, folder);
        Map<String, String> before = TinyRun.files(folder);

        assertThat(run(request(folder, OtherRun.SET_ASIDE))).contains("kept in " + folder + "-1");

        assertThat(TinyRun.files(scratch.resolve("model-1"))).isEqualTo(before);
        assertThat(TinyRun.model(folder)).isEqualTo(TinyRun.model(finished));
    }

    @Test
    void anUnfinishedRunOfTheSameRequestIsGoneOnWithRatherThanSetAside() throws IOException {
        Path folder = unfinished();

        assertThat(run(request(folder, OtherRun.SET_ASIDE))).contains("Going on with the unfinished run");

        assertThat(TinyRun.model(folder)).isEqualTo(TinyRun.model(finished));
    }

    @Test
    void aFolderOfOtherThingsIsRefusedAndLeftAsItIs() throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("mine"));
        Files.writeString(Files.createDirectories(folder.resolve("training")).resolve("data.txt"), "mine");
        for (OtherRun otherRun : OtherRun.values()) {
            assertRefused(request(folder, otherRun), Kind.CONFLICT, "holds no training run");
        }
        Path file = Files.writeString(scratch.resolve("file"), "mine");
        assertRefused(request(file, OtherRun.DISCARD), Kind.CONFLICT, "is a file");

        assertThat(TinyRun.files(scratch)).containsOnlyKeys("mine/training/data.txt", "file");
    }

    @Test
    void aRunThatCannotBeginLeavesNoFolder() throws IOException {
        Path empty = Files.writeString(scratch.resolve("short.txt"), "Too short.");

        assertRefused(TinyRun.request(empty, scratch.resolve("a/b/c")), Kind.INPUT, "The text is too short");

        assertThat(scratch.resolve("a")).doesNotExist();
    }

    @Test
    void aDamagedRecordOrDamagedTokensAreRefusedByName() throws IOException {
        Path folder = unfinished();
        Path tokens = folder.resolve("training/tokens/text/tokens-00000.bin");
        byte[] bytes = Files.readAllBytes(tokens);
        bytes[bytes.length / 2]++;
        Files.write(tokens, bytes);
        assertRefused(request(folder, OtherRun.REFUSE), Kind.MODEL, "tokens-00000.bin is damaged");

        for (String record : List.of("{\"options\": {", "null", "[]", "{}", "{\"options\": {}, \"finished\": true}")) {
            Files.writeString(folder.resolve("training/run.json"), record);
            assertRefused(request(folder, OtherRun.REFUSE), Kind.MODEL, "run.json cannot be read");
        }
    }

    /** A name may hold what a format would take for an instruction. */
    @Test
    void aDamagedCheckpointIsNamedAndTheOneBeforeItTaken() throws IOException {
        Path folder = scratch.resolve("100% %s");
        TinyRun.copy(unfinished(), folder);
        Path newest = checkpoints(folder).getLast();
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2]++;
        Files.write(newest, bytes);

        List<Path> kept = checkpoints(folder);
        long before = Long.parseLong(
                kept.get(kept.size() - 2).getFileName().toString().replaceAll("\\D", ""));

        String said = run(request(folder, OtherRun.REFUSE));

        assertThat(said).contains(newest + " is not a sound safetensors file", "run at step " + before + ".");
        assertThat(TinyRun.model(folder)).isEqualTo(TinyRun.model(finished));
    }

    @Test
    void trainingThatBreaksDownSaysSoAndKeepsItsCheckpoints() throws IOException {
        Path folder = scratch.resolve("model");

        assertRefused(
                TinyRun.request(texts, folder, 60, OptionalInt.of(16), OptionalDouble.of(1e6), OtherRun.REFUSE),
                Kind.DIVERGED,
                "Training broke down at step");

        assertThat(folder.resolve("model.safetensors")).doesNotExist();
        assertThat(folder.resolve("training")).isDirectoryContaining("glob:**/checkpoint-*.safetensors");
    }

    private static void assertRefused(TrainingRequest request, Kind kind, String reason) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(kind))
                .hasMessageContaining(reason);
    }
}
