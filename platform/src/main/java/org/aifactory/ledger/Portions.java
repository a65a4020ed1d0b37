package org.aifactory.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Divides an amount so that the portions are whole numbers and come to the amount, none off its exact share by a whole one. */
public final class Portions {
    private Portions() {}

    private record Share<K>(K key, long whole, BigInteger remainder) {}

    /**
     * By largest remainder; of two that are alike, the first has it.
     *
     * @param weights in the order in which the portions are told; none negative
     * @throws IllegalArgumentException where there is something to divide, and nobody has any weight
     */
    public static <K> Map<K, Long> of(long amount, Map<K, Long> weights) {
        Map<K, BigInteger> exact = new LinkedHashMap<>();
        weights.forEach((key, weight) -> exact.put(key, BigInteger.valueOf(weight)));
        return ofExact(amount, exact);
    }

    /** The same, of weights of any size. */
    public static <K> Map<K, Long> ofExact(long amount, Map<K, BigInteger> weights) {
        BigInteger sum = weights.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        Map<K, Long> portions = new LinkedHashMap<>();
        if (amount == 0 || sum.signum() == 0) {
            if (amount != 0) {
                throw new IllegalArgumentException("Nobody has any weight, so nobody can have " + amount + ".");
            }
            weights.keySet().forEach(key -> portions.put(key, 0L));
            return portions;
        }
        List<Share<K>> shares = new ArrayList<>();
        weights.forEach((key, weight) -> {
            BigInteger[] parts = weight.multiply(BigInteger.valueOf(amount)).divideAndRemainder(sum);
            shares.add(new Share<>(key, parts[0].longValueExact(), parts[1]));
        });
        shares.forEach(share -> portions.put(share.key(), share.whole()));
        long left = amount - shares.stream().mapToLong(Share::whole).sum();
        shares.stream()
                .sorted(Comparator.comparing((Share<K> share) -> share.remainder())
                        .reversed())
                .limit(left)
                .forEach(share -> portions.merge(share.key(), 1L, Long::sum));
        return portions;
    }
}
