package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.access.Policy.Decider;
import org.aifactory.federation.HourUnit;
import org.aifactory.web.Message;

/**
 * Whether an access mode fits what is asked, and why not.
 *
 * @param why in sentences; empty where it fits
 * @param offer how much this mode gives, where it gives some but less than was asked
 * @param months among which to choose
 * @param promisedBy by when it would be decided if it were sent now; empty where nothing is promised
 */
record ModeFit(
        String mode,
        String name,
        Fit fit,
        List<Message> why,
        Optional<Offer> offer,
        Decider decidedBy,
        List<Integer> months,
        int usualMonths,
        Optional<Instant> promisedBy) {

    enum Fit {
        FITS,
        /** What is asked lies between this mode and a smaller one, and this one takes it as it is. */
        OFFERED,
        /** It takes it where the applicant chooses this mode; by itself it is not chosen. */
        IF_CHOSEN,
        /** It gives less than is asked. */
        OFFERED_LESS,
        UNFIT,
        CLOSED;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean takes() {
            return this == FITS || this == OFFERED || this == IF_CHOSEN;
        }
    }

    record Offer(BigDecimal hours, HourUnit unit) {}
}
