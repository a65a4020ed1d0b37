package org.aifactory.ledger;

import java.util.Locale;

/** What is counted. Amounts are whole numbers of it, so nothing is ever rounded in the ledger. */
public enum Unit {
    EUR_CENT,
    GPU_SECOND,
    CPU_CORE_SECOND;

    /** As it reads in a sentence: {@code GPU-seconds}. */
    String words() {
        return switch (this) {
            case EUR_CENT -> "euro cents";
            case GPU_SECOND -> "GPU-seconds";
            case CPU_CORE_SECOND -> "CPU-core-seconds";
        };
    }

    /** A number of it as it reads in a sentence. */
    String count(long value) {
        return String.format(Locale.ROOT, "%,d %s", value, words());
    }
}
