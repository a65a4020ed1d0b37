package org.aifactory.federation;

import java.util.Locale;

/** The units in which programmes and sites count time on machines. */
public enum HourUnit {
    GPU_HOUR,
    NODE_HOUR,
    CORE_HOUR;

    /** As it stands in keys of messages: {@code gpu-hour}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
