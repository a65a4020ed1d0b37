package org.aifactory.programme;

import java.util.Locale;

/** What is proposed. */
public enum CallKind {
    FACTORY,
    ANTENNA,
    /** Large amounts of time on machines, judged by a panel. */
    ACCESS;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
