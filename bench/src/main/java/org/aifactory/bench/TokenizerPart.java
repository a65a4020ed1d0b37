package org.aifactory.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.corpus.DocumentSet;
import org.aifactory.engine.corpus.Encoding;
import org.aifactory.engine.corpus.TokenShardWriter;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.training.Progress;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How fast a vocabulary is learned and text encoded, beside Hugging Face tokenizers on as many threads. */
final class TokenizerPart implements Part {
    private static final int TRAINING_BYTES = 100_000_000;
    private static final int ENCODING_BYTES = 20_000_000;
    private static final int VOCABULARY = 8192;

    private final Progress progress;

    TokenizerPart(Progress progress) {
        this.progress = progress;
    }

    @Override
    public String name() {
        return "tokenizer";
    }

    @Override
    public List<Table> measure() {
        try (Scratch scratch = Scratch.make()) {
            progress.show("Text         ", 0, "what this machine has under /usr");
            Path training = scratch.file("training.txt");
            Path encoding = scratch.file("encoding.txt");
            long distinct = MachineText.gather(TRAINING_BYTES, training);
            copyStart(training, encoding);
            progress.show("Vocabulary   ", 0, VOCABULARY + " tokens");
            long start = System.nanoTime();
            Tokenizer tokenizer = new BpeTrainer(VOCABULARY)
                    .train(Corpus.open(List.of(training)).documents().pieces());
            double trainingSeconds = (System.nanoTime() - start) / 1e9;
            progress.show("Encoding     ", 0, Rounds.COUNT + " rounds");
            DocumentSet documents = Corpus.open(List.of(encoding)).documents();
            double inMemory = inMemory(tokenizer, documents);
            double toFiles = toFiles(tokenizer, documents, scratch.file("shards"));
            tokenizer.save(scratch.folder());
            Map<String, JsonNode> theirs = huggingFace(scratch, training, encoding);
            return List.of(new Table(
                    "Tokenizer",
                    List.of("work", "seconds", "MB/s", "Hugging Face, MB/s", "times Hugging Face"),
                    List.of(
                            row("training, 100 MB", TRAINING_BYTES, trainingSeconds, theirs.get("training")),
                            row("encoding, 20 MB in memory", ENCODING_BYTES, inMemory, theirs.get("encoding")),
                            row("encoding, 20 MB from file to files", ENCODING_BYTES, toFiles, null)),
                    notes(distinct, theirs)));
        }
    }

    private static void copyStart(Path from, Path to) {
        try (InputStream source = Files.newInputStream(from);
                OutputStream target = Files.newOutputStream(to)) {
            target.write(source.readNBytes(ENCODING_BYTES));
        } catch (IOException failure) {
            throw new EngineException(Kind.RESOURCE, to + " cannot be written: " + failure.getMessage() + ".", failure);
        }
    }

    private static double inMemory(Tokenizer tokenizer, DocumentSet documents) {
        List<String> pieces = documents.pieces().toList();
        return Rounds.median(() -> Rounds.seconds(() -> {
            long tokens = pieces.parallelStream()
                    .mapToLong(piece -> tokenizer.encode(piece).length)
                    .sum();
            if (tokens == 0) {
                throw new IllegalStateException("no tokens came of " + ENCODING_BYTES + " bytes");
            }
        }));
    }

    /** As training prepares its tokens. */
    private static double toFiles(Tokenizer tokenizer, DocumentSet documents, Path folder) {
        Encoding encoding = new Encoding(tokenizer.size(), tokenizer.endOfText(), tokenizer::encode, _ -> {
            throw new IllegalStateException("there are no conversations");
        });
        return Rounds.median(
                () -> Rounds.seconds(() -> TokenShardWriter.write(folder, documents, encoding, Long.MAX_VALUE, _ -> {})
                        .close()));
    }

    private Map<String, JsonNode> huggingFace(Scratch scratch, Path training, Path encoding) {
        Map<String, JsonNode> measured = new HashMap<>();
        Optional<Python> python = Python.with("tokenizers");
        if (python.isPresent()) {
            progress.show("Hugging Face ", 0, "the same work");
            python.get()
                    .run(
                            "tokenizers_speed.py",
                            List.of(
                                    "--training=" + training,
                                    "--encoding=" + encoding,
                                    "--tokenizer=" + scratch.file("tokenizer.json"),
                                    "--vocabulary=" + VOCABULARY,
                                    "--rounds=" + Rounds.COUNT),
                            line -> measured.put(line.get("work").asString(), line));
        }
        return measured;
    }

    private static List<Object> row(String work, int bytes, double seconds, @Nullable JsonNode theirs) {
        double rate = bytes / 1e6 / seconds;
        if (theirs == null) {
            return List.of(work, seconds, rate, "–", "–");
        }
        double theirRate = theirs.get("megabytesPerSecond").asDouble();
        return List.of(work, seconds, rate, theirRate, rate / theirRate);
    }

    private static List<String> notes(long distinct, Map<String, JsonNode> theirs) {
        JsonNode training = theirs.get("training");
        return List.of(
                "Byte-level BPE with Llama 3's split, vocabulary %,d; text found under /usr (documentation, manual pages, sources): %.0f MB of it distinct. Training once, the first in its process; encoding: medians of %d."
                        .formatted(VOCABULARY, distinct / 1e6, Rounds.COUNT),
                training == null
                        ? "Hugging Face tokenizers: " + Python.missing("tokenizers") + "."
                        : "Hugging Face tokenizers %s, %d threads, on the same text with the same split, encoding with the same vocabulary, in memory, in batches of the better of two sizes of piece."
                                .formatted(
                                        training.get("version").asString(),
                                        training.get("threads").asInt()));
    }
}
