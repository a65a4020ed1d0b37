package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of what an ended run has left.
 *
 * @param goes when it goes by itself; empty where it stays for good, or is gone
 * @param gone when it went; empty while it is there
 */
record Remains(Part part, Optional<Instant> goes, Optional<Instant> gone) {

    enum Part {
        /** What it has written beside output and checkpoint. */
        SCRATCH,
        /** From which another attempt can go on. */
        CHECKPOINTS,
        OUTPUT,
        LOG,
        /** Not all of them go: as many stay as the curve needs. */
        METRICS;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How long a part of a run stays after its end; null for good.
     *
     * @param isRegistered whether its output is kept as a model
     */
    static @Nullable Duration kept(Part part, Run run, boolean isRegistered, TrainingSettings.Kept kept) {
        // Of a model that was served nobody wants to see more than what it has cost.
        boolean served = run.recipe() == Recipe.SERVE;
        return switch (part) {
            case SCRATCH -> kept.scratch();
            case CHECKPOINTS -> run.state() == RunState.SUCCEEDED || served ? kept.scratch() : kept.checkpoints();
            case OUTPUT -> served ? kept.scratch() : isRegistered ? kept.copies() : kept.outputs();
            case LOG -> served ? kept.scratch() : kept.logs();
            case METRICS -> kept.metrics();
        };
    }
}
