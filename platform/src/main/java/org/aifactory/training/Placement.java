package org.aifactory.training;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.access.AllocationId;
import org.aifactory.federation.PartitionId;
import org.aifactory.training.Correction.Forecast;
import org.aifactory.training.PlacementRules.Preference;
import org.aifactory.web.Message;

/** Decides where a run goes: of the machines that keep to the rules, to the best. It asks nobody, and the same comes of the same. */
final class Placement {
    private static final int DIGITS = 3;

    private Placement() {}

    /**
     * An allocation that could pay for a run, and what would come of it on its partition.
     *
     * @param place the partition as people call it
     * @param obstacle why it cannot run there at all
     * @param country of the factory; empty where nobody knows
     * @param gpu as its maker calls it; empty where there is none or nobody knows
     * @param cents that it is expected to cost, zero where nothing is paid; empty where no price is known
     * @param begins after how long, corrected by what such forecasts were worth; empty where nobody can say
     * @param transfer of its data
     * @param work from its beginning to its end
     */
    record Candidate(
            AllocationId allocation,
            String project,
            PartitionId partition,
            String place,
            Optional<Message> obstacle,
            Optional<String> country,
            Optional<String> gpu,
            Optional<Long> cents,
            double kwh,
            Optional<Forecast> begins,
            Duration transfer,
            Duration work) {

        Candidate {
            if (!(kwh >= 0) || Double.isInfinite(kwh) || transfer.isNegative() || work.isNegative()) {
                throw new IllegalArgumentException("Energy and time are numbers, and not below zero.");
            }
        }

        /** How long until it has ended; empty where nobody can say. */
        Optional<Duration> finish() {
            return begins.map(wait -> wait.likely().plus(transfer).plus(work));
        }
    }

    /** @param excluded why it may not, or cannot, go there; empty for those that it was chosen among */
    record Judged(Candidate candidate, Optional<Message> excluded) {
        boolean isEligible() {
            return excluded.isEmpty();
        }
    }

    /**
     * What was decided.
     *
     * @param candidates the best first, and those that were excluded last
     * @param why in words
     */
    record Decision(Instant at, PlacementRules rules, List<Judged> candidates, Message why) {

        /** Empty where none keeps to the rules. */
        Optional<Candidate> chosen() {
            return candidates.stream()
                    .limit(1)
                    .filter(Judged::isEligible)
                    .map(Judged::candidate)
                    .findFirst();
        }
    }

    static Decision decide(PlacementRules rules, List<Candidate> candidates, Instant now) {
        Comparator<Candidate> best = better(rules.prefer());
        List<Judged> judged = candidates.stream()
                .map(candidate -> new Judged(candidate, excluded(rules, candidate)))
                .sorted(Comparator.comparing((Judged one) -> !one.isEligible()).thenComparing(Judged::candidate, best))
                .toList();
        return new Decision(now, rules, judged, why(rules, judged, now));
    }

    private static Optional<Message> excluded(PlacementRules rules, Candidate candidate) {
        return candidate
                .obstacle()
                .or(() -> country(rules, candidate))
                .or(() -> rules.gpu().flatMap(wanted -> gpu(wanted, candidate)))
                .or(() -> rules.mostCents().flatMap(most -> price(most, candidate)))
                .or(() -> rules.mostKwh()
                        .filter(most -> !(candidate.kwh() <= most))
                        .map(most -> Message.of("training.placement.energy", kwh(candidate.kwh()), kwh(most))));
    }

    private static Optional<Message> country(PlacementRules rules, Candidate candidate) {
        if (rules.countries().isEmpty()
                || candidate.country().filter(rules.countries()::contains).isPresent()) {
            return Optional.empty();
        }
        String allowed = String.join(", ", rules.countries());
        return Optional.of(candidate
                .country()
                .map(country -> Message.of("training.placement.country", country, allowed))
                .orElseGet(() -> Message.of("training.placement.no-country", allowed)));
    }

    private static Optional<Message> gpu(String wanted, Candidate candidate) {
        String word = wanted.toLowerCase(Locale.ROOT);
        if (candidate
                .gpu()
                .filter(gpu -> gpu.toLowerCase(Locale.ROOT).contains(word))
                .isPresent()) {
            return Optional.empty();
        }
        return Optional.of(candidate
                .gpu()
                .map(gpu -> Message.of("training.placement.gpu", gpu, wanted))
                .orElseGet(() -> Message.of("training.placement.no-gpu", wanted)));
    }

    private static Optional<Message> price(long most, Candidate candidate) {
        if (candidate.cents().filter(cents -> cents <= most).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(candidate
                .cents()
                .map(cents -> Message.of("training.placement.price", cents, most))
                .orElseGet(() -> Message.of("training.placement.no-price")));
    }

    private static BigDecimal kwh(double number) {
        return BigDecimal.valueOf(number).setScale(DIGITS, RoundingMode.HALF_UP);
    }

    /** The last of these tells all apart, so that the order they come in never counts. */
    private static Comparator<Candidate> better(Preference preference) {
        Comparator<Candidate> sooner = Comparator.comparing(
                        (Candidate one) -> one.finish().orElse(Duration.ofSeconds(Long.MAX_VALUE)))
                .thenComparing(one -> one.begins().map(Forecast::latest).orElse(Duration.ZERO))
                .thenComparing(Candidate::place)
                .thenComparing(one -> one.allocation().toString());
        return switch (preference) {
            case FINISH -> sooner;
            case PRICE ->
                Comparator.comparing((Candidate one) -> one.cents().orElse(Long.MAX_VALUE))
                        .thenComparing(sooner);
            case ENERGY -> Comparator.comparingDouble(Candidate::kwh).thenComparing(sooner);
        };
    }

    private static Message why(PlacementRules rules, List<Judged> judged, Instant now) {
        List<Candidate> eligible = judged.stream()
                .filter(Judged::isEligible)
                .map(Judged::candidate)
                .toList();
        if (eligible.isEmpty()) {
            return Message.of("training.placement.why.none");
        }
        Candidate best = eligible.getFirst();
        if (eligible.size() == 1) {
            return Message.of("training.placement.why.only", best.place());
        }
        Candidate next = eligible.get(1);
        return switch (rules.prefer()) {
            case PRICE -> Message.of("training.placement.why.price", best.place(), next.place());
            case ENERGY -> Message.of("training.placement.why.energy", best.place(), next.place());
            case FINISH ->
                best.finish()
                        .map(finish -> sooner(best, now.plus(finish), next, now))
                        .orElseGet(() -> Message.of("training.placement.why.unknown", best.place()));
        };
    }

    private static Message sooner(Candidate best, Instant finish, Candidate next, Instant now) {
        return next.finish()
                .map(later -> Message.of(
                        "training.placement.why.finish", best.place(), finish, next.place(), now.plus(later)))
                .orElseGet(() -> Message.of("training.placement.why.finish-alone", best.place(), finish, next.place()));
    }
}
