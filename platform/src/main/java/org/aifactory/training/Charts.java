package org.aifactory.training;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What pages draw of runs. */
@Component
class Charts {
    /** More than a screen can show apart. */
    static final int MOST_POINTS = 360;

    private static final double SECONDS_PER_HOUR = 3600;
    private static final String HELD_OUT = "bitsPerByte";
    /** What our engine learns from after the texts. */
    private static final String CONVERSATIONS = "CONVERSATIONS";

    private final ReadingTable readings;
    private final AttemptTable attempts;
    private final RunViews views;
    private final Partitions partitions;
    private final JsonMapper json;
    private final InstantSource clock;

    Charts(
            ReadingTable readings,
            AttemptTable attempts,
            RunViews views,
            Partitions partitions,
            JsonMapper json,
            InstantSource clock) {
        this.readings = readings;
        this.attempts = attempts;
        this.views = views;
        this.partitions = partitions;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Curves that stand in one picture.
     *
     * @param unit of the hours; empty where the curves have different ones, which cannot stand on one axis
     * @param json all of it, for the script that draws
     */
    record Chart(List<Curve> curves, Optional<HourUnit> unit, String json) {
        public boolean isEmpty() {
            return curves.stream().noneMatch(Curve::hasLoss);
        }
    }

    /** Of one run, with what it takes of its allocation and where to read on while it goes. */
    Chart of(Run run) {
        Partition partition = partitions.require(run.partition());
        Burn burn = burn(run, partition);
        List<ReadingTable.Metric> metrics = readings.thinned(run.id(), MOST_POINTS);
        Curve curve = curve(run, burn, metrics);
        Map<String, Object> drawn = new LinkedHashMap<>();
        drawn.put("curves", List.of(curve.columns()));
        drawn.put("burn", burn);
        drawn.put("now", clock.instant());
        drawn.put(
                "after",
                metrics.stream().mapToLong(ReadingTable.Metric::number).max().orElse(0));
        drawn.put(
                "stage",
                metrics.isEmpty() ? null : views.values(metrics.getLast()).get("stage"));
        return new Chart(List.of(curve), Optional.of(partition.kind().hours()), json.writeValueAsString(drawn));
    }

    /** Of several runs over one another. */
    Chart of(List<Run> runs) {
        List<Curve> curves = runs.stream()
                .map(run -> curve(
                        run, burn(run, partitions.require(run.partition())), readings.thinned(run.id(), MOST_POINTS)))
                .toList();
        Set<HourUnit> units = runs.stream()
                .map(run -> partitions.require(run.partition()).kind().hours())
                .collect(Collectors.toSet());
        return new Chart(
                curves,
                units.size() == 1 ? Optional.of(units.iterator().next()) : Optional.empty(),
                json.writeValueAsString(
                        Map.of("curves", curves.stream().map(Curve::columns).toList())));
    }

    /** Between which losses a run has learned, and in how many steps. */
    record Learned(double first, double last, long steps) {}

    /** @param latest as {@link #latest} has it */
    Optional<Learned> learned(Run run, Map<String, Number> latest) {
        Number last = latest.get("loss");
        Number steps = latest.get("step");
        if (last == null || steps == null) {
            return Optional.empty();
        }
        return readings.firstLoss(run.id()).map(first -> new Learned(first, last.doubleValue(), steps.longValue()));
    }

    /** The numbers that were measured last; what is held out is measured seldom, and stands for a while. */
    Map<String, Number> latest(Run run) {
        Map<String, Number> latest = new LinkedHashMap<>();
        readings.latest(run.id()).map(views::values).orElse(Map.of()).forEach((name, value) -> {
            Double number = number(value);
            if (number != null) {
                latest.put(name, (Number) value);
            }
        });
        if (run.recipe().makesModel()) {
            readings.latestHeldOut(run.id()).ifPresent(bits -> latest.putIfAbsent(HELD_OUT, bits));
        }
        return latest;
    }

    private Burn burn(Run run, Partition partition) {
        return Burn.of(attempts.of(run.id()), run.resources().rate(partition));
    }

    private Curve curve(Run run, Burn burn, List<ReadingTable.Metric> metrics) {
        List<Map<String, Object>> values = metrics.stream().map(views::values).toList();
        List<Curve.Point> points = new ArrayList<>();
        for (int place = 0; place < metrics.size(); place++) {
            points.add(point(metrics.get(place).step(), metrics.get(place).at(), values.get(place), burn));
        }
        int turn = IntStream.range(1, values.size())
                .filter(place -> CONVERSATIONS.equals(values.get(place).get("stage")))
                .findFirst()
                .orElse(0);
        boolean isTurn = turn > 0 && !CONVERSATIONS.equals(values.getFirst().get("stage"));
        return new Curve(
                run.id(),
                run.name(),
                points,
                isTurn ? Optional.of(metrics.get(turn).step()) : Optional.empty());
    }

    private static Curve.Point point(long step, Instant at, Map<String, Object> values, Burn burn) {
        Double seconds = number(values.get("seconds"));
        return new Curve.Point(
                step,
                seconds == null ? Double.valueOf(burn.seconds(at)) : seconds,
                number(values.get("tokens")),
                burn.amount(at) / SECONDS_PER_HOUR,
                number(values.get("loss")),
                number(values.get(HELD_OUT)),
                number(values.get("tokensPerSecond")));
    }

    /** Programs of users write what they like. */
    private static @Nullable Double number(@Nullable Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue()) ? number.doubleValue() : null;
    }
}
