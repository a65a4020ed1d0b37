package org.aifactory.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loss over the steps of a run, as a line in a picture {@link #WIDTH} by {@link #HEIGHT}.
 *
 * @param points of the line, as SVG writes them
 * @param most what stands at the upper edge
 * @param least what stands at the lower edge
 */
record Curve(String points, double first, double last, double most, double least, long steps) {
    static final int WIDTH = 720;
    static final int HEIGHT = 220;
    /** More than a screen can show apart. */
    static final int MOST_POINTS = 360;

    private record Point(double step, double loss) {}

    /** @param metrics what was measured, in the order of the steps; nothing where there is no line yet */
    static Optional<Curve> of(List<Map<String, Object>> metrics) {
        List<Point> all = new ArrayList<>();
        for (Map<String, Object> metric : metrics) {
            Optional<Double> step = number(metric.get("step"));
            Optional<Double> loss = number(metric.get("loss"));
            if (step.isPresent() && loss.isPresent()) {
                all.add(new Point(step.get(), loss.get()));
            }
        }
        if (all.size() < 2) {
            return Optional.empty();
        }
        double most = all.stream().mapToDouble(Point::loss).max().orElseThrow();
        double least = all.stream().mapToDouble(Point::loss).min().orElseThrow();
        double last = all.getLast().step();
        double before = all.getFirst().step();
        double height = most > least ? most - least : 1;
        StringBuilder line = new StringBuilder();
        double every = Math.max(1, (double) all.size() / MOST_POINTS);
        for (double place = 0; place < all.size(); place += every) {
            append(line, all.get((int) place), before, last, most, height);
        }
        append(line, all.getLast(), before, last, most, height);
        return Optional.of(
                new Curve(line.toString(), all.getFirst().loss(), all.getLast().loss(), most, least, (long) last));
    }

    private static void append(StringBuilder line, Point point, double first, double last, double most, double height) {
        line.append(String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                WIDTH * (point.step() - first) / Math.max(1, last - first),
                HEIGHT * (most - point.loss()) / height));
    }

    /** Programs of users write what they like. */
    private static Optional<Double> number(@Nullable Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue())
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }
}
