package org.aifactory.training;

import java.util.Optional;
import org.aifactory.access.AllocationId;

/**
 * Which runs are asked for.
 *
 * @param serving whether those that serve a model are among them
 */
public record RunFilter(Optional<AllocationId> allocation, Optional<RunState> state, boolean serving) {
    public static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), true);
    public static final RunFilter NOT_SERVING = new RunFilter(Optional.empty(), Optional.empty(), false);
}
