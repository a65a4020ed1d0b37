package org.aifactory.cofunding;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.cofunding.TimeSplit.Part;

class TimeSplitPropertyTest {

    @Property(tries = 300)
    void all_time_is_shared_out_and_the_union_never_has_more_than_its_share(
            @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long amount,
            @ForAll @IntRange(max = 50) int unionPercent,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 1000) Integer> states) {
        long sum = states.stream().mapToLong(Integer::longValue).sum();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Funder.UNION, unionPercent, 100));
        for (int state : states) {
            parts.add(new Part("A" + (char) ('A' + parts.size()), state * (100L - unionPercent), sum * 100));
        }

        Map<String, Long> split = TimeSplit.of(amount, parts);

        assertThat(split.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(amount);
        assertThat(split.values()).noneMatch(part -> part < 0);
        assertThat(BigInteger.valueOf(split.getOrDefault(Funder.UNION, 0L)).multiply(BigInteger.valueOf(100)))
                .isLessThanOrEqualTo(BigInteger.valueOf(amount).multiply(BigInteger.valueOf(unionPercent)));
    }
}
