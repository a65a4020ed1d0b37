package org.aifactory.ledger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Ends holds whose time is over, soon after it is, also on accounts that nobody touches. */
@Component
class ExpirySweep {
    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);

    private final Ledger ledger;

    ExpirySweep(Ledger ledger) {
        this.ledger = ledger;
    }

    @Scheduled(fixedDelayString = "${aifactory.ledger.sweep-interval}")
    void sweep() {
        int expired = ledger.expireOverdue();
        if (expired > 0) {
            LOG.info("{} holds expired", expired);
        }
    }
}
