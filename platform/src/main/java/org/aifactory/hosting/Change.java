package org.aifactory.hosting;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that was changed of a factory, for everybody to read. Who did it, the audit trail knows.
 *
 * @param step for the dates of a milestone
 * @param before the day that stood there, and {@code day} the one that stands there since
 */
record Change(
        Instant at,
        Kind kind,
        Optional<Step> step,
        Optional<LocalDate> before,
        Optional<LocalDate> day,
        String reason) {

    enum Kind {
        /** The factory was made of its proposal. */
        ESTABLISHED,
        /** Other shares were agreed from a day on. */
        AGREED,
        /** What was agreed for a day to come was taken back. */
        TAKEN_BACK,
        PLANNED,
        REACHED;

        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
