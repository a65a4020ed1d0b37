package org.aifactory.access;

import java.util.Locale;

/** What has become of an allocation. Only an active one can be spent; what runs when it ends is settled all the same. */
public enum AllocationState {
    /** It can be spent from its first day to its last. */
    ACTIVE,
    /** Its time is over; what nobody used is back in the pool. */
    ENDED,
    /** It was given back before its time was over. */
    RETURNED;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
