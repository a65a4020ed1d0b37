package org.aifactory.data;

import java.util.List;
import java.util.Locale;

/** Sizes as people read them: {@code 1.4 GB}, in powers of ten, as disks are sold. */
final class Bytes {
    private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB", "PB", "EB");
    private static final int STEP = 1000;

    private Bytes() {}

    static String inWords(long bytes) {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double amount = (double) bytes / STEP;
        int unit = 0;
        // What would be shown as 1000.0 belongs to the next unit.
        while (amount >= STEP - 0.05) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
    }
}
