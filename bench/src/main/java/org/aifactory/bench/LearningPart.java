package org.aifactory.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.corpus.DocumentSet;
import org.aifactory.engine.corpus.Split;
import org.aifactory.engine.training.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the dial learns of a text in some minutes, beside nanoGPT's recipe for a CPU on the same training and held-out bytes. */
final class LearningPart implements Part {
    private static final Path DEBIAN_TEXT = Path.of("/usr/share/doc/jargon-text/jargon.txt.gz");

    private final Optional<Path> text;
    private final double minutes;
    private final Progress progress;

    /** @param text plain or gzipped; else that of a Debian package */
    LearningPart(Optional<Path> text, double minutes, Progress progress) {
        this.text = text;
        this.minutes = minutes;
        this.progress = progress;
    }

    @Override
    public String name() {
        return "learning";
    }

    @Override
    public List<Table> measure() {
        try (Scratch scratch = Scratch.make()) {
            Path whole = scratch.file("text.txt");
            unpack(whole);
            Split split = Corpus.open(List.of(whole)).split(1);
            write(split.training(), scratch.file("training.txt"));
            write(split.validation(), scratch.file("held-out.txt"));
            List<List<Object>> rows = new ArrayList<>();
            List<String> notes = new ArrayList<>(List.of(
                    "Text: %s, %,d bytes, of which the last %,d are held out. Learned by both: the same training bytes; measured on: the same held-out bytes."
                            .formatted(
                                    text.orElse(DEBIAN_TEXT).getFileName(),
                                    split.training().bytes()
                                            + split.validation().bytes(),
                                    split.validation().bytes())));
            double ours = ours(scratch, whole, rows);
            recipe(scratch, ours, rows, notes);
            return List.of(new Table(
                    "Learning in " + minutes + " minutes",
                    List.of("who", "model", "tokens or characters read", "seconds", "bits per byte", "times ours"),
                    rows,
                    notes));
        }
    }

    private void unpack(Path target) {
        Path source = text.orElse(DEBIAN_TEXT);
        if (!Files.isRegularFile(source)) {
            throw new EngineException(
                    Kind.INPUT,
                    text.isPresent()
                            ? "There is no file " + source + "."
                            : "The text " + source
                                    + " is missing: apt-get install jargon-text, or name another English text of about 1 MB with --text.");
        }
        try (InputStream bytes = Files.newInputStream(source);
                InputStream plain = source.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
            Files.copy(plain, target);
        } catch (IOException failure) {
            throw new EngineException(Kind.INPUT, source + " cannot be read: " + failure.getMessage() + ".", failure);
        }
    }

    /** Just what the engine learns from, or is measured on, in a file of its own. */
    private static void write(DocumentSet documents, Path file) {
        try (Stream<String> pieces = documents.pieces();
                BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (Iterator<String> each = pieces.iterator(); each.hasNext(); ) {
                writer.write(each.next());
            }
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, file + " cannot be written: " + failure.getMessage() + ".", failure);
        }
    }

    private double ours(Scratch scratch, Path whole, List<List<Object>> rows) {
        Path model = scratch.file("model");
        double seconds = Rounds.seconds(() -> Child.aifactory(
                "engine", "train", "--text", whole.toString(), "--out", model.toString(), "--minutes", "" + minutes));
        String said = String.join(
                "\n",
                Child.aifactory(
                        "engine",
                        "evaluate",
                        model.toString(),
                        "--text",
                        scratch.file("held-out.txt").toString(),
                        "--json"));
        double bitsPerByte =
                JsonMapper.shared().readTree(said).get("bitsPerByte").asDouble();
        JsonNode plan =
                JsonMapper.shared().readTree(model.resolve("training/run.json")).get("plan");
        rows.add(List.of("AI Factory, the plan of the dial", shape(plan), tokens(model), seconds, bitsPerByte, 1.0));
        return bitsPerByte;
    }

    private static String shape(JsonNode plan) {
        JsonNode model = plan.get("model");
        return String.format(
                Locale.ROOT,
                "%d layers, %d wide, vocabulary %,d, context %d, %s",
                model.get("depth").asInt(),
                model.get("width").asInt(),
                model.get("vocabularySize").asInt(),
                plan.get("contextLength").asInt(),
                plan.get("optimizer").asString());
    }

    /** As the last line of the metrics counts them. */
    private static long tokens(Path model) {
        try {
            String last =
                    Files.readAllLines(model.resolve("training/metrics.jsonl")).getLast();
            return JsonMapper.shared().readTree(last).get("tokens").asLong();
        } catch (IOException failure) {
            throw new EngineException(Kind.RESOURCE, "The run in " + model + " left no metrics.", failure);
        }
    }

    private void recipe(Scratch scratch, double ours, List<List<Object>> rows, List<String> notes) {
        Optional<Python> python = Python.with("torch");
        if (python.isEmpty()) {
            notes.add("nanoGPT's recipe: " + Python.missing("torch") + ".");
            return;
        }
        JsonNode result = python.get()
                .run(
                        "character_gpt.py",
                        List.of(
                                "--training=" + scratch.file("training.txt"),
                                "--held-out=" + scratch.file("held-out.txt"),
                                "--seconds=" + minutes * 60),
                        line -> progress.show(
                                "nanoGPT recipe",
                                line.get("seconds").asDouble() / minutes / 60,
                                line.get("steps").asInt() + " steps"));
        double bitsPerByte = result.get("bitsPerByte").asDouble();
        rows.add(List.of(
                "nanoGPT's recipe for a CPU",
                "4 layers, 128 wide, characters, block 64, batch 12, ADAM_W",
                result.get("steps").asLong() * 64 * 12,
                result.get("seconds").asDouble(),
                bitsPerByte,
                bitsPerByte / ours));
        notes.add(
                "Ours: wall time from the command to the written model. The recipe: training alone, PyTorch %s, eager, on its best number of threads (%d); %d characters of the held-out text did not occur in training and cost 8 bits a byte beside the model's unknown character. Both are measured in windows of the context with a stride of half."
                        .formatted(
                                result.get("torch").asString(),
                                result.get("threads").asInt(),
                                result.get("unseen").asInt()));
    }
}
