package org.aifactory.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.training.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the engine or the platform on this machine, beside what others would use. Tables go to standard output, everything else to standard error. */
@Command(
        name = "aifactory bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the engine or the platform on this machine and prints tables as Markdown. Nothing else should run meanwhile.",
            "engine: training (tokens per second), learning (bits per byte after some minutes), tokenizer, generation, start. Where a"
                    + " Python with torch is found (AIFACTORY_PYTHON, else python3 on the PATH), PyTorch is measured beside it.",
            "platform: press (from pressing train to the first step), holds (of the ledger per second), api (100 clients), up (from the"
                    + " command to the first page). Where pgbench is found, it is measured beside the holds.",
            "slurm: submissions (to a Slurm of test/slurm, which needs root, beside slurmrestd and sbatch alone), scale (10,000 runs asked"
                    + " of at once, runs placed among 100,000).",
            "programme: assign (2,000 reviewers to 10,000 proposals), rank (10,000 proposals),"
                    + " euro (who paid for a model, among a million runs), balance (read from a ledger of ten million entries)."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory bench engine --only training --json training.json",
            "  ./aifactory bench platform --only holds"
        })
public final class Main implements Callable<Integer> {
    /** What can be measured. */
    private enum Subject {
        engine,
        platform,
        slurm,
        programme
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "engine|platform|slurm|programme",
            description = "What to measure (default: engine).")
    private Subject subject = Subject.engine;

    @Option(names = "--only", paramLabel = "PART", description = "Measure one part alone.")
    private @Nullable String only;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description =
                    "English text of about 1 MB to learn from, plain or gzipped (default: that of Debian's jargon-text).")
    private @Nullable Path text;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "3", description = "Time to learn in (default: 3).")
    private double minutes;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the tables as JSON, too.")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Main())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (failure instanceof EngineException expected) {
                        line.getErr().println(expected.getMessage());
                        return expected.exitCode();
                    }
                    throw failure;
                });
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() {
        if (!(minutes > 0) || Double.isInfinite(minutes)) {
            throw new EngineException(Kind.INPUT, "--minutes must be more than zero.");
        }
        requireWritable();
        Progress progress = Progress.onStandardError();
        List<Part> parts = chosen(parts(progress));
        Machine machine = Machine.describe();
        PrintWriter out = spec.commandLine().getOut();
        out.println(machine.sentence());
        List<Table> tables = new ArrayList<>();
        for (Part part : parts) {
            progress.show(part.name(), 0, "begins");
            for (Table table : tables(part, parts.size() > 1)) {
                tables.add(table);
                progress.say("");
                out.println(table.markdown());
            }
        }
        if (json != null) {
            AtomicFile.write(json, Table.json(machine, tables).getBytes(StandardCharsets.UTF_8));
        }
        return 0;
    }

    /** What one part lacks, such as a text, does not keep the others from being measured. */
    private static List<Table> tables(Part part, boolean among) {
        try {
            return part.measure();
        } catch (EngineException failure) {
            if (!among) {
                throw failure;
            }
            return List.of(Table.missing(part.name(), String.valueOf(failure.getMessage())));
        }
    }

    private List<Part> parts(Progress progress) {
        return switch (subject) {
            case engine ->
                List.of(
                        new TrainingPart(progress),
                        new LearningPart(Optional.ofNullable(text), minutes, progress),
                        new TokenizerPart(progress),
                        new GenerationPart(progress),
                        new StartPart(progress));
            case platform ->
                List.of(new PressPart(progress), new HoldsPart(progress), new ApiPart(progress), new UpPart(progress));
            case slurm -> List.of(new SlurmPart(progress), new SlurmScalePart(progress));
            case programme ->
                List.of(
                        new AssignPart(progress),
                        new RankPart(progress),
                        new EuroPart(progress),
                        new BalancePart(progress));
        };
    }

    private List<Part> chosen(List<Part> parts) {
        if (only == null) {
            return parts;
        }
        List<Part> chosen =
                parts.stream().filter(part -> part.name().equals(only)).toList();
        if (chosen.isEmpty()) {
            throw new EngineException(
                    Kind.INPUT,
                    "There is no part " + only + "; choose one of "
                            + String.join(", ", parts.stream().map(Part::name).toList()) + ".");
        }
        return chosen;
    }

    /** Some minutes of measuring are not to end at a folder that is not there. */
    private void requireWritable() {
        if (json == null) {
            return;
        }
        Path folder = Objects.requireNonNull(json.toAbsolutePath().getParent());
        if (Files.isDirectory(json) || !Files.isWritable(folder)) {
            throw new EngineException(
                    Kind.INPUT, json + " cannot be written; give --json a file in a folder that you may write to.");
        }
    }
}
