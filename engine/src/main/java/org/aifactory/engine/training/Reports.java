package org.aifactory.engine.training;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.engine.corpus.CorpusSummary;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.ModelConfig;

/** What is said to the person before a run starts. */
final class Reports {
    private static final int NAMED_MAX = 5;
    /** Passes through the data of which the later ones teach next to nothing (Muennighoff et al. 2023, arXiv:2305.16264). */
    private static final double REPETITIONS_MANY = 40;

    private Reports() {}

    static void corpus(CorpusSummary summary, Progress progress) {
        progress.say(
                "Corpus        %s in %s: %s, %s",
                bytes(summary.bytes()),
                count(summary.files(), "file"),
                count(summary.textDocuments(), "text"),
                count(summary.conversations(), "conversation"));
        if (summary.unreadBytes() > 0) {
            progress.say(
                    "              %s more are not read, for which there is no time: large files are read from their beginning",
                    bytes(summary.unreadBytes()));
        }
        if (summary.invalidBytes() > 0) {
            progress.say(
                    "              in %s bytes are not UTF-8 and are read as U+FFFD, first in %s; save a file in another%n"
                            + "              encoding as UTF-8, or it is learned wrong",
                    count(summary.invalidBytes(), "place"),
                    summary.firstInvalidBytes().getFirst());
        }
        summary.skipped().stream()
                .limit(NAMED_MAX)
                .forEach(file -> progress.say("              skipped %s: %s", file.name(), file.reason()));
        if (summary.skipped().size() > NAMED_MAX) {
            progress.say("              and %,d more", summary.skipped().size() - NAMED_MAX);
        }
    }

    static void plan(Plan plan, Planner.Data data, Hardware hardware, Progress progress) {
        ModelConfig model = plan.model();
        progress.say(
                "Model         %s weights: %s, %d wide, %s, a vocabulary of %,d tokens, a context of %,d",
                number(model.parameters()),
                count(model.depth(), "layer"),
                model.width(),
                count(model.heads(), "head"),
                model.vocabularySize(),
                plan.contextLength());
        for (Stage stage : plan.stages()) {
            boolean text = stage.kind() == Stage.Kind.TEXT;
            long tokens = stage.schedule().length() * stage.rowsPerStep() * plan.contextLength();
            progress.say(
                    "%s %s of %,d tokens, %s in all (%.1f times through the data), learning rate %.4f",
                    text ? "Text         " : "Conversations",
                    count(stage.schedule().length(), "step"),
                    stage.rowsPerStep() * plan.contextLength(),
                    number(tokens),
                    (double) tokens / Math.max(1, text ? data.textTokens() : data.conversationTokens()),
                    stage.peakLearningRate());
        }
        boolean muchRepeated = plan.tokens() > REPETITIONS_MANY * data.tokens();
        if (muchRepeated) {
            progress.say(
                    "              so little to read is learned by heart; more of it, or a shorter run, gives a better model");
        }
        progress.say(
                "Machine       %s, %s, needs about %s of memory%s",
                machines(hardware),
                plan.precision() == Precision.BFLOAT16 ? "16-bit numbers" : "32-bit numbers",
                bytes(MemoryNeed.bytes(plan.shared(hardware.processes()))),
                plan.recompute() ? "; activations are computed twice to save some" : "");
    }

    private static String machines(Hardware hardware) {
        String each = hardware.isGpu() ? "GPU" : "CPU with " + count(hardware.cores(), "core");
        return hardware.processes() == 1 ? each : hardware.processes() + " processes, each a " + each;
    }

    static void setAside(TokenShards text, TokenShards conversations, Progress progress) {
        String parts = Stream.of(
                        text.utf8Bytes() > 0 ? bytes(text.utf8Bytes()) + " of text" : "",
                        conversations.utf8Bytes() > 0 ? count(conversations.documents(), "conversation") : "")
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" and "));
        if (!parts.isEmpty()) {
            progress.say("Held out      %s, not learned but kept to measure the model by", parts);
        }
    }

    /** Says of what the bits are. */
    static void heldOut(HeldOut heldOut, Progress progress) {
        heldOut.scores()
                .forEach((kind, score) -> progress.say(
                        "Held out      %.3f bits per byte of %s of %s that it has not learned%s",
                        score.bitsPerByte(),
                        bytes(score.bytes()),
                        switch (kind) {
                            case TEXT -> "text";
                            case CONVERSATIONS -> "the assistant's turns in conversations";
                        },
                        heldOut.scores().size() == 1 ? "; fewer are better" : ""));
    }

    /** Says that the model is not that of the last step, for it was trained too long. */
    static void learnedByHeart(BestWeights.Measure best, Plan plan, Progress progress) {
        progress.say(
                "Kept          the weights of step %,d of %,d, which predicted best what is held out (%.3f bits per byte of a part%n"
                        + "              of it): after that the run learned by heart. More to read, a shorter run or a smaller model%n"
                        + "              (--depth, --width) would be better",
                best.step(), plan.steps(), best.bitsPerByte());
    }

    /** {@code 1 file}, {@code 1,200 files}. */
    static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }

    static String number(double value) {
        String[] units = {"", " thousand", " million", " billion", " trillion"};
        double scaled = value;
        int unit = 0;
        while (scaled >= 1000 && unit < units.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, scaled >= 1000 || unit == 0 ? "%.0f%s" : "%.1f%s", scaled, units[unit]);
    }

    static String bytes(double value) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double scaled = value;
        int unit = 0;
        while (scaled >= 1000 && unit < units.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || scaled >= 100 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
    }
}
