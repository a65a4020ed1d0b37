package org.aifactory;

import java.util.Random;

/** How much chance is tried, and which: a failure can be had again with the seed that was printed, as AIFACTORY_SEED. */
public final class Effort {
    private Effort() {}

    /** The first of the two, or the second where AIFACTORY_LONG is set, as by {@code aifactory test --long}. */
    public static int of(int usual, int longer) {
        return System.getenv("AIFACTORY_LONG") == null ? usual : longer;
    }

    public static Random random(Class<?> test) {
        String given = System.getenv("AIFACTORY_SEED");
        long seed = given == null ? System.nanoTime() : Long.parseLong(given);
        System.out.println(test.getSimpleName() + " runs with AIFACTORY_SEED=" + seed);
        return new Random(seed);
    }
}
