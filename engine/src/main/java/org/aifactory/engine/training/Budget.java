package org.aifactory.engine.training;

import java.util.OptionalDouble;

/** How long a run may be. */
public sealed interface Budget {

    /** Wall time from the command to the written model. */
    record Minutes(double minutes) implements Budget {}

    /** Hours of one GPU, counted as wall time. */
    record GpuHours(double hours) implements Budget {}

    /** Tokens read, repetitions counted. */
    record Tokens(long tokens) implements Budget {}

    /** Steps of the optimizer. */
    record Steps(long steps) implements Budget {}

    /** Wall time, where that is what was given. */
    default OptionalDouble seconds() {
        return switch (this) {
            case Minutes(double minutes) -> OptionalDouble.of(60 * minutes);
            case GpuHours(double hours) -> OptionalDouble.of(3600 * hours);
            case Tokens _, Steps _ -> OptionalDouble.empty();
        };
    }

    /** As the person gave it. */
    default String option() {
        return switch (this) {
            case Minutes(double minutes) -> "--minutes " + minutes;
            case GpuHours(double hours) -> "--gpu-hours " + hours;
            case Tokens(long tokens) -> "--tokens " + tokens;
            case Steps(long steps) -> "--steps " + steps;
        };
    }
}
