package org.aifactory.training;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.aifactory.access.Allocation;
import org.aifactory.access.Allocations;
import org.aifactory.data.DatasetFile;
import org.aifactory.data.DatasetVersion;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Price;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.Unit;
import org.aifactory.training.EnginePlanner.NoPlanException;
import org.aifactory.training.EnginePlanner.Plan;
import org.aifactory.training.EnginePlanner.Text;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;

/** What a run would come to, before anybody asks for it: several sizes side by side, that which was asked for among them. */
@Component
class Estimates {
    private static final double[] SIDE_BY_SIDE = {0.5, 1, 2, 4};
    private static final double DEFAULT_MINUTES = 10;
    private static final double SHORTEST_MINUTES = 0.1;
    private static final double MOST_MINUTES = 1e6;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int DIGITS = 4;

    private final Allocations allocations;
    private final Partitions partitions;
    private final Datasets datasets;
    private final Connectors connectors;
    private final Choices choices;
    private final RunInputs inputs;
    private final EnginePlanner planner;
    private final ReadingTable readings;
    private final RunPlaces places;
    private final TrainingSettings settings;
    private final InstantSource clock;
    private final Turns turns = new Turns(PATIENCE);

    Estimates(
            Allocations allocations,
            Partitions partitions,
            Datasets datasets,
            Connectors connectors,
            Choices choices,
            RunInputs inputs,
            EnginePlanner planner,
            ReadingTable readings,
            RunPlaces places,
            TrainingSettings settings,
            InstantSource clock) {
        this.allocations = allocations;
        this.partitions = partitions;
        this.datasets = datasets;
        this.connectors = connectors;
        this.choices = choices;
        this.inputs = inputs;
        this.planner = planner;
        this.readings = readings;
        this.places = places;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Everything that is estimated.
     *
     * @param speedMeasured whether the speed is that of runs which were measured on this partition; else it is a guess
     * @param energyEstimated always true: kilowatt-hours follow from what a core and a GPU are said to take
     * @param commercial whether the prices are owed; where not, they say what it would cost
     * @param free what the allocation has left, and {@code freeHours} the same in every unit
     * @param placement all that could pay for it side by side; empty where there is one alone
     */
    record Estimated(
            boolean speedMeasured,
            boolean energyEstimated,
            boolean commercial,
            Unit unit,
            long free,
            Map<HourUnit, BigDecimal> freeHours,
            List<Size> sizes,
            Optional<PlacementView> placement) {

        Estimated with(PlacementView other) {
            return new Estimated(
                    speedMeasured, energyEstimated, commercial, unit, free, freeHours, sizes, Optional.of(other));
        }

        public boolean canPayForAny() {
            return sizes.stream().anyMatch(Size::canPay);
        }
    }

    /**
     * One size.
     *
     * @param chosen whether it is the one that was asked for
     * @param recommended whether it is the one to take; at most one is
     * @param minutes that it is expected to take
     * @param parameters of the model that would come of it, where the engine can tell
     * @param amount that it is expected to take of the allocation, and {@code held} the most that it can
     * @param left what the allocation would have after that
     * @param cents what the amount costs, where the allocation is for commercial use; else what it would cost, where there is a price
     * @param memoryBytes that it needs, where the engine can tell, and {@code fits} whether it has that
     * @param words what one should know; empty where all is well
     */
    record Size(
            boolean chosen,
            boolean recommended,
            double minutes,
            Optional<Long> parameters,
            Optional<Long> tokens,
            Optional<Long> steps,
            Optional<Double> passes,
            long amount,
            long held,
            Map<HourUnit, BigDecimal> hours,
            Map<HourUnit, BigDecimal> left,
            Optional<Long> cents,
            BigDecimal kwh,
            Optional<Long> memoryBytes,
            boolean fits,
            boolean canPay,
            Optional<Instant> start,
            Optional<Instant> end,
            String words) {

        Size asRecommended() {
            return new Size(
                    chosen,
                    true,
                    minutes,
                    parameters,
                    tokens,
                    steps,
                    passes,
                    amount,
                    held,
                    hours,
                    left,
                    cents,
                    kwh,
                    memoryBytes,
                    fits,
                    canPay,
                    start,
                    end,
                    words);
        }
    }

    Estimated of(Actor actor, RunRequest request, Locale locale) {
        // Only the engine's planner takes long.
        return request.recipe() == Recipe.COMMAND
                ? estimated(actor, request, locale)
                : turns.take(actor.person(), () -> estimated(actor, request, locale));
    }

    /**
     * What exactly that which is asked for would come to, in the turn of whoever asks.
     *
     * @throws Problem where it cannot run on the partition of its allocation
     */
    Size one(Actor actor, RunRequest request, Locale locale) {
        Allocation allocation = allocations.find(actor, request.allocation());
        return size(asked(actor, request, allocation, locale), minutes(request), true);
    }

    private static double minutes(RunRequest request) {
        double asked = request.minutes().orElse(DEFAULT_MINUTES);
        if (!(asked > 0) || asked > MOST_MINUTES) {
            throw Problem.invalid("minutes", "training.fault.minutes", (long) MOST_MINUTES);
        }
        return asked;
    }

    private Asked asked(Actor actor, RunRequest request, Allocation allocation, Locale locale) {
        Partition partition = partitions.require(allocation.partition());
        return new Asked(
                request,
                partition,
                request.dataset().map(version -> text(actor, request.recipe(), version)),
                readings.speed(partition.id()),
                allocation.cost().map(Allocation.Cost::price).or(partition::price),
                Math.max(0, allocations.balance(allocation.id()).free()),
                locale);
    }

    private Estimated estimated(Actor actor, RunRequest request, Locale locale) {
        Allocation allocation = allocations.find(actor, request.allocation());
        double asked = minutes(request);
        Asked what = asked(actor, request, allocation, locale);
        Partition partition = what.partition();
        List<Size> sizes = new ArrayList<>();
        for (double minutes : sizes(what, asked)) {
            try {
                sizes.add(size(what, minutes, minutes == asked));
            } catch (Problem impossible) {
                // Longer than a run may take here; only of what was asked for is that worth a word.
                if (minutes == asked) {
                    throw impossible;
                }
            }
        }
        return new Estimated(
                what.speed().isPresent(),
                true,
                allocation.cost().isPresent(),
                partition.unit(),
                what.free(),
                partition.inAllUnits(what.free()),
                recommended(sizes, what.free()),
                Optional.empty());
    }

    /** What was asked for, and what is known of where it would run. */
    private record Asked(
            RunRequest request,
            Partition partition,
            Optional<Text> text,
            OptionalDouble speed,
            Optional<Price> price,
            long free,
            Locale locale) {}

    /** How many minutes each of the sizes has; where not even what was asked for can be paid, the longest that can is among them. */
    private Set<Double> sizes(Asked what, double asked) {
        TreeSet<Double> minutes = new TreeSet<>(Set.of(asked));
        if (what.request().steps().isPresent()) {
            return minutes;
        }
        if (what.request().recipe() != Recipe.COMMAND) {
            for (double times : SIDE_BY_SIDE) {
                minutes.add(asked * times);
            }
        }
        double affordable = affordable(what);
        if (affordable > 0 && affordable < asked) {
            minutes.add(affordable);
        }
        return minutes;
    }

    /** The most minutes that what is free can be held for, a tenth of one exact; 0 where it cannot be for any. */
    private double affordable(Asked what) {
        Resources resources = choices.resources(with(what.request(), SHORTEST_MINUTES), what.partition());
        long seconds = what.free() / resources.rate(what.partition());
        double minutes = Math.floor(Choices.minutesWithin(what.request().recipe(), seconds) * 10) / 10;
        return Math.min(MOST_MINUTES, minutes);
    }

    /**
     * More time makes a better model, and one that is trained for all that there is leaves nothing to try again with: the longest is
     * recommended that leaves half of what is free, else the longest that can be paid.
     */
    private static List<Size> recommended(List<Size> sizes, long free) {
        Optional<Size> best = longest(sizes, free / 2).or(() -> longest(sizes, free));
        return sizes.stream()
                .map(size -> best.filter(size::equals).isPresent() ? size.asRecommended() : size)
                .toList();
    }

    private static Optional<Size> longest(List<Size> sizes, long most) {
        return sizes.stream()
                .filter(size -> size.fits() && size.held() <= most)
                .max(Comparator.comparingDouble(Size::minutes));
    }

    private static RunRequest with(RunRequest request, double minutes) {
        return new RunRequest(
                request.where(),
                request.recipe(),
                request.name(),
                request.project(),
                request.dataset(),
                Optional.of(minutes),
                Optional.empty(),
                request.nodes(),
                request.cores(),
                request.gpus(),
                request.memoryBytes(),
                request.base(),
                request.command(),
                request.image(),
                request.environment(),
                request.secrets(),
                request.seed(),
                request.continues(),
                request.key());
    }

    private Size size(Asked what, double minutes, boolean chosen) {
        RunRequest request = what.request().steps().isPresent() ? what.request() : with(what.request(), minutes);
        Partition partition = what.partition();
        Resources resources = choices.resources(request, partition);
        int rate = resources.rate(partition);
        List<String> words = new ArrayList<>();
        Optional<Plan> plan = plan(request, minutes, resources, what.text(), what.speed(), words, what.locale());
        double seconds = plan.map(Plan::seconds).orElse(minutes * 60);
        long amount = Math.max(1, Math.round(seconds)) * rate;
        long held = Math.multiplyExact(resources.wallTime().toSeconds(), (long) rate);
        boolean fits = plan.map(Plan::fits).orElse(true);
        boolean canPay = held <= what.free();
        if (!canPay) {
            words.add(Message.of("training.estimate.cannot-pay").in(what.locale()));
        }
        if (!fits) {
            words.add(Message.of("training.estimate.does-not-fit").in(what.locale()));
        }
        Optional<Instant> start = start(request, resources, partition);
        return new Size(
                chosen,
                false,
                seconds / 60,
                plan.map(Plan::parameters),
                plan.map(Plan::tokens),
                plan.map(Plan::steps),
                plan.map(Plan::passes),
                amount,
                held,
                partition.inAllUnits(amount),
                partition.inAllUnits(Math.max(0, what.free() - amount)),
                what.price().map(price -> price.of(amount).value()),
                kwh(resources, seconds),
                plan.map(Plan::memoryBytes),
                fits,
                canPay,
                start,
                start.map(time -> time.plus(Duration.ofMillis((long) (seconds * 1000)))),
                String.join(" ", words));
    }

    /** What the engine would do, where it learns from nothing; of other runs it is not known what they will do. */
    private Optional<Plan> plan(
            RunRequest request,
            double minutes,
            Resources resources,
            Optional<Text> text,
            OptionalDouble speed,
            List<String> words,
            Locale locale) {
        if (request.recipe() != Recipe.CHATBOT || text.isEmpty()) {
            return Optional.empty();
        }
        int parts = resources.gpus() > 0 ? resources.allGpus() : resources.allCores();
        OptionalDouble measured =
                speed.isPresent() ? OptionalDouble.of(speed.getAsDouble() * parts) : OptionalDouble.empty();
        try {
            return Optional.of(planner.plan(
                    text.get(),
                    OptionalDouble.of(minutes),
                    request.steps().map(OptionalLong::of).orElse(OptionalLong.empty()),
                    resources,
                    measured));
        } catch (NoPlanException none) {
            words.add(none.sentence().in(locale));
            return Optional.empty();
        }
    }

    private BigDecimal kwh(Resources resources, double seconds) {
        double watt = resources.gpus() > 0
                ? resources.allGpus() * settings.wattPerGpu()
                : resources.allCores() * settings.wattPerCore();
        return BigDecimal.valueOf(watt * seconds / 3.6e6).setScale(DIGITS, RoundingMode.HALF_UP);
    }

    private Optional<Instant> start(RunRequest request, Resources resources, Partition partition) {
        JobRequest job = new JobRequest(
                JobKey.random(),
                partition.id(),
                List.of("true"),
                Map.of(),
                Map.of(),
                places.folder(RunId.random()),
                List.of(),
                resources.nodes(),
                resources.cores(),
                resources.gpus(),
                resources.memoryBytes(),
                resources.wallTime(),
                request.recipe() == Recipe.COMMAND);
        try {
            Instant now = clock.instant();
            return connectors
                    .of(partition.machine())
                    .expectedStart(job)
                    .map(start -> start.isBefore(now) ? now : start);
        } catch (MachineUnavailable away) {
            return Optional.empty();
        }
    }

    /** How much there is to learn from: texts, and what is said in conversations. */
    private Text text(Actor actor, Recipe recipe, VersionId id) {
        DatasetVersion version = datasets.version(actor, id);
        inputs.requireText(recipe, id);
        if (version.documents().conversations() == 0) {
            return new Text(version.bytes(), 0);
        }
        if (version.documents().texts() == 0) {
            return new Text(0, version.bytes());
        }
        long lines = datasets.files(id).stream()
                .filter(file -> file.path().toLowerCase(Locale.ROOT).endsWith(".jsonl"))
                .map(DatasetFile::blob)
                .mapToLong(blob -> blob.bytes())
                .sum();
        return new Text(version.bytes() - lines, lines);
    }
}
