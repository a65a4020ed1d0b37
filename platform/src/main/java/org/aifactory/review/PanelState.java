package org.aifactory.review;

import java.util.Locale;

/** Where the judging of one cut-off stands. */
public enum PanelState {
    /** Reviewers are assigned, and score. */
    OPEN,
    /** The decision is made, and stays. */
    DECIDED;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
