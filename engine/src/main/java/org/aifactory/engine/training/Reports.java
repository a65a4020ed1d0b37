package org.aifactory.engine.training;

import java.util.Locale;
import java.util.Optional;
import org.aifactory.engine.corpus.CorpusSummary;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.ModelConfig;

/** What is said to the person before a run starts. */
final class Reports {
    private static final int NAMED_MAX = 5;

    private Reports() {}

    static void corpus(CorpusSummary summary, Progress progress) {
        progress.say(
                "Corpus        %s in %,d files: %,d texts, %,d conversations",
                bytes(summary.bytes()), summary.files(), summary.textDocuments(), summary.conversations());
        if (summary.invalidBytes() > 0) {
            progress.say(
                    "              %,d places were not UTF-8 and became U+FFFD, the first of them %s",
                    summary.invalidBytes(), summary.firstInvalidBytes().getFirst());
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
                "Model         %s weights: %d layers, %d wide, %d heads, %,d words, context %,d",
                number(model.parameters()),
                model.depth(),
                model.width(),
                model.heads(),
                model.vocabularySize(),
                plan.contextLength());
        for (Stage stage : plan.stages()) {
            boolean text = stage.kind() == Stage.Kind.TEXT;
            long tokens = stage.schedule().length() * stage.rowsPerStep() * plan.contextLength();
            progress.say(
                    "%s %,d steps of %,d tokens, %s in all (%.1f times through the data), learning rate %.4f",
                    text ? "Text         " : "Conversations",
                    stage.schedule().length(),
                    stage.rowsPerStep() * plan.contextLength(),
                    number(tokens),
                    (double) tokens / Math.max(1, text ? data.textTokens() : data.conversationTokens()),
                    stage.peakLearningRate());
        }
        progress.say(
                "Machine       %s, %d cores, about %s of memory%s, %s; %s operations; %s held out",
                hardware.deviceName(),
                hardware.cores(),
                bytes(MemoryNeed.bytes(plan)),
                plan.recompute() ? " (activations are computed twice to save some)" : "",
                plan.precision() == Precision.BFLOAT16 ? "16-bit products" : "32-bit products",
                number(plan.flops()),
                bytes(validation.utf8Bytes()));
    }

    /** Says of what the bits are: where a corpus has texts and conversations, its texts alone are measured. */
    static void heldOut(Optional<Double> bitsPerByte, PreparedRun prepared, Progress progress) {
        boolean texts = prepared.text().documents() > 0;
        boolean both = texts && prepared.conversations().documents() > 0;
        bitsPerByte.ifPresent(bits -> progress.say(
                "Held out      %.3f bits per byte of %s of %s%s",
                bits,
                bytes(prepared.validation().utf8Bytes()),
                texts ? "text" : "conversations",
                both ? "; conversations are not measured" : ""));
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
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
    }
}
