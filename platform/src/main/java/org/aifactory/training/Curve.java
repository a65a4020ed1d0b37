package org.aifactory.training;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a run on its way, thinned to what a screen can show apart.
 *
 * @param name of the run
 * @param points by their steps
 * @param turn the step from which on it learns from conversations, where it has read texts before: its loss begins anew there
 */
record Curve(RunId run, String name, List<Point> points, Optional<Long> turn) {
    /** So many of the points stand in a table of values. */
    private static final int MOST_ROWS = 24;
    /** More a screen does not tell apart, and the page is smaller. */
    private static final MathContext DIGITS = new MathContext(7);

    /**
     * One line that the run has written; null is what it did not say.
     *
     * @param seconds of training, by its own count where it has one, or else since it began
     * @param tokens read until then
     * @param hours that it had taken of its allocation, GPU-hours or core-hours as the partition grants
     * @param loss in training, in nats per token where our engine says it
     * @param heldOut bits per byte of text that is not learned from
     * @param speed in tokens per second
     */
    record Point(
            long step,
            @Nullable Double seconds,
            @Nullable Double tokens,
            @Nullable Double hours,
            @Nullable Double loss,
            @Nullable Double heldOut,
            @Nullable Double speed) {}

    Curve {
        points = List.copyOf(points);
    }

    /** What was last measured of the text that is held out. */
    Optional<Double> lastHeldOut() {
        return points.stream().map(Point::heldOut).filter(Objects::nonNull).reduce((before, after) -> after);
    }

    public boolean hasLoss() {
        return points.stream().anyMatch(point -> point.loss() != null);
    }

    /** As many of the points as a table can show, the first and the last among them. */
    public List<Point> rows() {
        if (points.size() <= MOST_ROWS) {
            return points;
        }
        List<Point> some = new ArrayList<>();
        for (int place = 0; place < MOST_ROWS; place++) {
            some.add(points.get((int) ((long) place * (points.size() - 1) / (MOST_ROWS - 1))));
        }
        return some;
    }

    /** The same for the script that draws it: a list for each thing measured, all of one length. */
    Map<String, Object> columns() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("name", name);
        columns.put("turn", turn);
        columns.put("step", points.stream().map(Point::step).toList());
        columns.put("seconds", column(Point::seconds));
        columns.put("tokens", column(Point::tokens));
        columns.put("hours", column(Point::hours));
        columns.put("loss", column(Point::loss));
        columns.put("heldOut", column(Point::heldOut));
        columns.put("speed", column(Point::speed));
        return columns;
    }

    private List<@Nullable BigDecimal> column(Function<Point, @Nullable Double> part) {
        List<@Nullable BigDecimal> column = new ArrayList<>();
        for (Point point : points) {
            Double value = part.apply(point);
            column.add(value == null ? null : new BigDecimal(value).round(DIGITS));
        }
        return column;
    }
}
