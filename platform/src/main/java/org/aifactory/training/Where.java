package org.aifactory.training;

import org.aifactory.access.AllocationId;

/** What a run is to be paid with, and so where it runs. */
public sealed interface Where {

    /** One allocation, and the partition that it is of. */
    record On(AllocationId allocation) implements Where {
        /** As requests were told apart before there was another way. */
        @Override
        public String toString() {
            return allocation.toString();
        }
    }

    /** Any of the person's allocations: that which is best by these rules. */
    record Anywhere(PlacementRules rules) implements Where {}
}
