package org.aifactory.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Folders;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Progress;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.GgufType;
import org.aifactory.engine.weights.GgufWriter;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes a model for other programs: a Hugging Face folder (transformers, vLLM) or GGUF (llama.cpp, Ollama).",
        footer = {"", "Example:", "  ./aifactory engine export my-model --to gguf --type q8_0 --out for-llama"})
final class ExportCommand implements Callable<Integer> {

    /** Forms that other programs read. */
    enum Form {
        huggingface,
        gguf
    }

    @Parameters(paramLabel = "DIR", description = "Folder of a model.")
    private Path folder = Path.of("");

    @Option(names = "--to", required = true, paramLabel = "FORM", description = "huggingface or gguf.")
    private Form form = Form.huggingface;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR2",
            description = "Folder to write; it must be empty or new.")
    private Path out = Path.of("");

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "f32, f16 or q8_0 (default: f16 for gguf, f32 for huggingface).")
    private @Nullable String type;

    @Override
    public Integer call() {
        HuggingFaceFolder model = HuggingFaceFolder.open(folder);
        Progress progress = Progress.onStandardError();
        switch (form) {
            case gguf -> writeGguf(model, progress);
            case huggingface -> writeHuggingFace(model, progress);
        }
        progress.say("Written to %s.", out);
        return 0;
    }

    /** Writes into the folder, which must be new or empty; what could not be written whole is taken away again. */
    private void write(Runnable writing) {
        boolean isNew = !Files.exists(out);
        try {
            Folders.make(out);
            if (!files().isEmpty()) {
                throw new EngineException(
                        Kind.CONFLICT, out + " is not empty. Nothing was changed; give --out a new folder.");
            }
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(out, failure);
        }
        try {
            writing.run();
        } catch (RuntimeException | Error failure) {
            takeAway(isNew);
            throw failure;
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.toList();
        }
    }

    private void takeAway(boolean isNew) {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
            if (isNew) {
                Files.delete(out);
            }
        } catch (IOException failure) {
            // What made the writing fail is told; this adds nothing to it.
        }
    }

    private void writeGguf(HuggingFaceFolder model, Progress progress) {
        GgufType chosen = switch (Objects.requireNonNullElse(type, "f16").toLowerCase(Locale.ROOT)) {
            case "f32" -> GgufType.F32;
            case "f16" -> GgufType.F16;
            case "q8_0" -> GgufType.Q8_0;
            default -> throw new EngineException(Kind.INPUT, "--type is f32, f16 or q8_0, not " + type + ".");
        };
        String name = Objects.toString(folder.toAbsolutePath().normalize().getFileName(), "model");
        GgufWriter writer = GgufWriter.of(model, chosen, name);
        double total = writer.byteSize();
        write(() -> writer.write(
                out.resolve("model.gguf"), bytes -> progress.show("Writing      ", bytes / total, "model.gguf")));
    }

    private void writeHuggingFace(HuggingFaceFolder source, Progress progress) {
        if (type != null && !type.equals("f32")) {
            throw new EngineException(Kind.INPUT, "A Hugging Face folder is written as f32; leave --type away.");
        }
        LanguageModel model = LanguageModel.load(folder);
        progress.show("Writing      ", 0, "model.safetensors");
        write(() -> {
            // The weights come last: a folder that has them is whole.
            model.tokenizer().save(out);
            HuggingFaceFolder.write(
                    out, model.config(), Weights.segment(model.weights()), DataType.F32, source.generation());
            requireSame(model);
        });
    }

    /** The copy is read again, so that what is said to be written is known to load. */
    private void requireSame(LanguageModel model) {
        LanguageModel copy = LanguageModel.load(out);
        if (Weights.segment(copy.weights()).mismatch(Weights.segment(model.weights())) >= 0) {
            throw new EngineException(
                    Kind.RESOURCE, "What was written to " + out + " does not read back as it was. Check the disk.");
        }
    }
}
