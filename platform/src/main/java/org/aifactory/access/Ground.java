package org.aifactory.access;

import java.util.Locale;

/** What a figure of the policy rests on; shown beside it wherever it is shown. */
enum Ground {
    /** Read in the primary text. */
    PRIMARY,
    /** Read in the press, or with a third party that names the page it is from. */
    SECONDARY,
    /** One weak source; applied only because whoever runs this platform chose so. */
    UNVERIFIED,
    /** Calculated from other figures. */
    DERIVED,
    /** Published by nobody: set by whoever runs this platform. */
    CHOSEN;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
