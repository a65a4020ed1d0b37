package org.aifactory.engine.training;

import java.util.Locale;
import java.util.Optional;
import org.aifactory.engine.corpus.CorpusSummary;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.evaluation.TextScore;
import org.aifactory.engine.model.ModelConfig;

/** What is said to the person before a run starts. */
final class Reports {
    private static final int NAMED_MAX = 5;
    /** Passes through the data of which the later ones teach next to nothing (Muennighoff et al. 2023, arXiv:2305.16264). */
    private static final double REPETITIONS_MANY = 40;
    /** Share of the last bits per byte below which an earlier measurement was better by more than chance. */
    private static final double LEARNED_BY_HEART = 0.97;

    private Reports() {}

    static void corpus(CorpusSummary summary, Progress progress) {
        progress.say(
                "Corpus        %s in %s: %s, %s",
                bytes(summary.bytes()),
                count(summary.files(), "file"),
                count(summary.textDocuments(), "text"),
                count(summary.conversations(), "conversation"));
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

    static void plan(Plan plan, Planner.Data data, TokenShards validation, Hardware hardware, Progress progress) {
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
                hardware.isGpu() ? "GPU" : "CPU with " + count(hardware.cores(), "core"),
                plan.precision() == Precision.BFLOAT16 ? "16-bit numbers" : "32-bit numbers",
                bytes(MemoryNeed.bytes(plan)),
                plan.recompute() ? "; activations are computed twice to save some" : "");
        if (validation.utf8Bytes() > 0) {
            progress.say(
                    "Held out      %s, not learned but kept to measure the model by", bytes(validation.utf8Bytes()));
        }
    }

    /** Says of what the bits are: where a corpus has texts and conversations, its texts alone are measured. */
    static void heldOut(Optional<TextScore> score, PreparedRun prepared, Progress progress) {
        boolean texts = prepared.text().documents() > 0;
        boolean both = texts && prepared.conversations().documents() > 0;
        score.ifPresent(measured -> progress.say(
                "Held out      %.3f bits per byte of %s of %s",
                measured.bitsPerByte(),
                bytes(measured.bytes()),
                both
                        ? "text; this does not tell how well it converses"
                        : texts
                                ? "text that it has not learned; fewer are better"
                                : "conversations, the users' words, which are not learned, included"));
    }

    /** Says so where held-out text was predicted clearly better on the way than at the end: the model was trained too long. */
    static void learnedByHeart(double bitsPerByte, Optional<Metrics> best, Progress progress) {
        best.ifPresent(metrics -> {
            Double then = metrics.bitsPerByte();
            if (then != null && then < LEARNED_BY_HEART * bitsPerByte) {
                progress.say(
                        "              at step %,d it was %.3f: since then the model has learned its text by heart; more text,%n"
                                + "              a shorter run or a smaller model (--depth, --width) would be better",
                        metrics.step(), then);
            }
        });
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
