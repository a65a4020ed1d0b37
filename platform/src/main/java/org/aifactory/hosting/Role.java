package org.aifactory.hosting;

import java.util.Locale;

/** As what somebody takes part in a factory. */
public enum Role {
    UNION,
    /** The machine stands there. */
    HOST,
    JOINER;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
