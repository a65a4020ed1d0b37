package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.aifactory.engine.corpus.CorpusSummary;

/** Tells what was found in a corpus, and what was passed over. */
final class CorpusNotes {
    private static final int NAMED_MAX = 10;

    private CorpusNotes() {}

    static void print(CorpusSummary summary, PrintWriter messages) {
        messages.printf(
                Locale.ROOT,
                "Found %,d texts and %,d conversations in %,d files, %.1f MB.%n",
                summary.textDocuments(),
                summary.conversations(),
                summary.files(),
                summary.bytes() / 1e6);
        summary.skipped().stream()
                .limit(NAMED_MAX)
                .forEach(file -> messages.println("Skipped " + file.name() + ": " + file.reason()));
        if (summary.skipped().size() > NAMED_MAX) {
            messages.println("Skipped " + (summary.skipped().size() - NAMED_MAX) + " more.");
        }
        if (summary.invalidBytes() > 0) {
            messages.println(
                    "In " + summary.invalidBytes() + " places bytes were not UTF-8 and became U+FFFD, first in "
                            + summary.firstInvalidBytes().getFirst() + ".");
        }
    }
}
