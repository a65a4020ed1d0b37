package org.aifactory.training;

import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.aifactory.web.Problem;

/**
 * What a machine has to keep to so that a run may go there, and which of those that do is the best.
 *
 * @param countries ISO 3166-1 alpha-2, in one of which it has to stand; empty for anywhere
 * @param gpu part of the name of its GPU, such as {@code A100}
 * @param mostCents that the run may be expected to cost, in euro cents
 * @param mostKwh likewise of energy
 */
public record PlacementRules(
        NavigableSet<String> countries,
        Optional<String> gpu,
        Optional<Long> mostCents,
        Optional<Double> mostKwh,
        Preference prefer) {
    public static final PlacementRules NONE = new PlacementRules(
            new TreeSet<>(), Optional.empty(), Optional.empty(), Optional.empty(), Preference.FINISH);
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final int LONGEST = 60;

    /** What is the best. */
    public enum Preference {
        /** What is expected to have ended first. */
        FINISH,
        /** What costs least; of those that cost the same, what has ended first. */
        PRICE,
        /** Likewise for energy. */
        ENERGY
    }

    public PlacementRules {
        countries = java.util.Collections.unmodifiableNavigableSet(new TreeSet<>(countries));
        if (!countries.stream().allMatch(word -> COUNTRY.matcher(word).matches())) {
            throw Problem.invalid("rules", "training.fault.countries");
        }
        if (gpu.filter(word -> word.isBlank() || word.length() > LONGEST).isPresent()) {
            throw Problem.invalid("rules", "training.fault.gpu-name", LONGEST);
        }
        if (mostCents.filter(cents -> cents < 0).isPresent()
                || mostKwh.filter(kwh -> !(kwh >= 0)).isPresent()) {
            throw Problem.invalid("rules", "training.fault.most");
        }
    }
}
