package org.aifactory.cofunding;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.ledger.Portions;

/** Divides time by shares that are the whole together. The Union never has more than its share, not even by rounding. */
final class TimeSplit {
    private TimeSplit() {}

    /** A share: {@code part} of {@code whole}. */
    record Part(String funder, long part, long whole) {}

    /**
     * @param parts in the order in which they are told
     * @return whole seconds, together the amount; each but the Union's by largest remainder
     */
    static Map<String, Long> of(long amount, List<Part> parts) {
        BigInteger whole = parts.stream()
                .map(part -> BigInteger.valueOf(part.whole()))
                .reduce(BigInteger.ONE, (one, other) -> one.multiply(other).divide(one.gcd(other)));
        long union = 0;
        Map<String, BigInteger> others = new LinkedHashMap<>();
        for (Part part : parts) {
            BigInteger weight =
                    whole.divide(BigInteger.valueOf(part.whole())).multiply(BigInteger.valueOf(part.part()));
            if (part.funder().equals(Funder.UNION)) {
                union = BigInteger.valueOf(amount)
                        .multiply(weight)
                        .divide(whole)
                        .longValueExact();
            } else if (weight.signum() > 0) {
                others.put(part.funder(), weight);
            }
        }
        if (others.isEmpty()) {
            return union == amount ? Map.of(Funder.UNION, union) : Map.of();
        }
        Map<String, Long> split = new LinkedHashMap<>();
        if (union > 0) {
            split.put(Funder.UNION, union);
        }
        split.putAll(Portions.ofExact(amount - union, others));
        return split;
    }
}
