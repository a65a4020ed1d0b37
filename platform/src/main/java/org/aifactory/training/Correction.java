package org.aifactory.training;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What the forecasts of a machine were worth. Of each that came true, or was late, counts by how much too long or too short it was; the
 * median of that corrects the next one, and nine of ten of them say how sure that is. Somebody's one odd afternoon moves neither far.
 */
final class Correction {
    /** A minute more or less says nothing of a forecast, however short. */
    private static final double MINUTE = 60;
    /** As though three were known from the start: one right, one twice too long and one of half of what came. */
    private static final double[] FROM_THE_START = {Math.log(0.5), 0, Math.log(2)};

    private static final double EARLY = 0.05;
    private static final double LATE = 0.95;
    private static final double LONGEST_SECONDS = Duration.ofDays(3660).toSeconds();

    private final double early;
    private final double middle;
    private final double late;
    private final int known;

    private Correction(double early, double middle, double late, int known) {
        this.early = early;
        this.middle = middle;
        this.late = late;
        this.known = known;
    }

    /** @param foretold how long it was to wait, and {@code waited} how long it did, both in seconds */
    record Outcome(double foretold, double waited) {
        double offBy() {
            return Math.log((Math.max(0, waited) + MINUTE) / (Math.max(0, foretold) + MINUTE));
        }
    }

    /**
     * A wait with how sure it is.
     *
     * @param earliest in one of twenty cases it is shorter, and in one of twenty longer than {@code latest}
     */
    record Forecast(Duration earliest, Duration likely, Duration latest) {
        Forecast {
            if (earliest.isNegative() || earliest.compareTo(likely) > 0 || likely.compareTo(latest) > 0) {
                throw new IllegalArgumentException("Early comes before late, and nothing before now.");
            }
        }

        Forecast after(Duration more) {
            return new Forecast(earliest.plus(more), likely.plus(more), latest.plus(more));
        }
    }

    static Correction of(List<Outcome> outcomes) {
        double[] off = new double[outcomes.size() + FROM_THE_START.length];
        System.arraycopy(FROM_THE_START, 0, off, 0, FROM_THE_START.length);
        for (int i = 0; i < outcomes.size(); i++) {
            off[FROM_THE_START.length + i] = outcomes.get(i).offBy();
        }
        Arrays.sort(off);
        return new Correction(quantile(off, EARLY), quantile(off, 0.5), quantile(off, LATE), outcomes.size());
    }

    /** Between the two values it lies between, in proportion. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** @param wait as the machine foretells it */
    Forecast apply(Duration wait) {
        return new Forecast(times(wait, early), times(wait, middle), times(wait, late));
    }

    private static Duration times(Duration wait, double factor) {
        double seconds = (Math.max(0, wait.toSeconds()) + MINUTE) * Math.exp(factor) - MINUTE;
        return Duration.ofSeconds(Math.round(Math.clamp(seconds, 0, LONGEST_SECONDS)));
    }

    /** How many forecasts it is made of. */
    int known() {
        return known;
    }
}
