package org.aifactory.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class PortionsPropertyTest {

    @Property(tries = 300)
    void portions_come_to_the_amount_and_none_is_off_its_exact_share_by_a_whole_one(
            @ForAll @LongRange(max = Amount.MOST) long amount,
            @ForAll @Size(min = 1, max = 12) List<@LongRange(min = 1, max = Amount.MOST) Long> weights) {
        Map<Integer, Long> byNumber = new LinkedHashMap<>();
        weights.forEach(weight -> byNumber.put(byNumber.size(), weight));
        BigInteger sum = weights.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);

        Map<Integer, Long> portions = Portions.of(amount, byNumber);

        assertThat(portions.keySet()).containsExactlyElementsOf(byNumber.keySet());
        assertThat(portions.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(amount);
        portions.forEach((number, portion) -> {
            BigInteger off = BigInteger.valueOf(portion)
                    .multiply(sum)
                    .subtract(
                            BigInteger.valueOf(amount).multiply(BigInteger.valueOf(byNumber.getOrDefault(number, 0L))));
            assertThat(off.abs()).isLessThan(sum);
        });
    }
}
