package org.aifactory.cofunding;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aifactory.cofunding.TimeSplit.Part;
import org.aifactory.federation.FactoryId;
import org.aifactory.federation.TimeShares;
import org.springframework.boot.test.context.TestComponent;

/** Shares that a test says are agreed of a factory of its own. */
@TestComponent
public final class TestShares implements TimeShares {
    private final Map<FactoryId, List<Part>> agreed = new ConcurrentHashMap<>();

    @Override
    public Map<String, Long> shareOut(FactoryId factory, LocalDate day, long amount) {
        return agreed.containsKey(factory) ? TimeSplit.of(amount, agreed.getOrDefault(factory, List.of())) : Map.of();
    }

    /** @param percents by funder, together 100 */
    public void agree(FactoryId factory, Map<String, Integer> percents) {
        agreed.put(
                factory,
                percents.entrySet().stream()
                        .map(share -> new Part(share.getKey(), share.getValue(), 100))
                        .toList());
    }
}
