package org.aifactory.training;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.aifactory.web.Message;

/**
 * Where a run is, why there, and when it begins.
 *
 * @param decided empty for one whose allocation the person named
 * @param waiting while it waits
 * @param sooner where it would begin sooner just now, the soonest first; nothing once it has begun
 */
record RunOutlook(Optional<PlacementView> decided, Optional<Waiting> waiting, List<PlacementView.Place> sooner) {

    /**
     * What is foretold of a run that waits.
     *
     * @param before how many are before it in its machine's queue; empty where nobody can say, as everything that follows
     * @param begin when it is expected to begin, and that it does between {@code earliest} and {@code latest} in nine of ten cases
     * @param forecasts how many earlier forecasts of the machine correct this one
     * @param why it waits
     */
    record Waiting(
            Optional<Integer> before,
            Optional<Instant> earliest,
            Optional<Instant> begin,
            Optional<Instant> latest,
            int forecasts,
            Message why) {}
}
