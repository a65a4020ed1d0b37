package org.aifactory.cofunding;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.aifactory.federation.FactoryId;
import org.aifactory.federation.TimeShares;
import org.aifactory.hosting.Consortia;
import org.aifactory.hosting.Share;
import org.springframework.stereotype.Component;

/** New time on a factory's machines belongs to those who share the factory on that day; where a share is not known, to nobody. */
@Component
class TimeSharing implements TimeShares {
    private final Consortia consortia;

    TimeSharing(Consortia consortia) {
        this.consortia = consortia;
    }

    @Override
    public Map<String, Long> shareOut(FactoryId factory, LocalDate day, long amount) {
        List<Share> shares = consortia.shares(factory, day);
        if (shares.isEmpty() || shares.stream().anyMatch(share -> share.part().isEmpty())) {
            return Map.of();
        }
        return TimeSplit.of(
                amount,
                shares.stream()
                        .map(share -> new TimeSplit.Part(
                                share.participant(),
                                share.part().orElseThrow().part(),
                                share.part().orElseThrow().whole()))
                        .toList());
    }
}
