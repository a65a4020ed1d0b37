package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.List;

/**
 * How a factory is shared from a day on, until the next agreement begins. What has begun is never changed.
 *
 * @param reason why it was agreed so, for everybody to read; empty for the first
 */
record Agreement(LocalDate from, List<Share> shares, String reason) {
    Agreement {
        shares = shares.stream().sorted(Share.IN_ORDER).toList();
    }

    /** The one that holds on a day; the agreements are in the order of their days. */
    static java.util.Optional<Agreement> on(LocalDate day, List<Agreement> agreements) {
        return agreements.stream()
                .filter(agreement -> !agreement.from().isAfter(day))
                .reduce((first, later) -> later);
    }

    String host() {
        return shares.stream()
                .filter(share -> share.role() == Role.HOST)
                .map(Share::participant)
                .findFirst()
                .orElse("");
    }
}
