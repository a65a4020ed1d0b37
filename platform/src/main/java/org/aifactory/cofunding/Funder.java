package org.aifactory.cofunding;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Who pays: the Union, or a state by its code in ISO 3166-1. */
final class Funder {
    static final String UNION = "EU";
    private static final Set<String> STATES = Set.copyOf(Arrays.asList(Locale.getISOCountries()));

    private Funder() {}

    static boolean exists(String code) {
        return code.equals(UNION) || STATES.contains(code);
    }
}
