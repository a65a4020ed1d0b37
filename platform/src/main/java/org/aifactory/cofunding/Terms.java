package org.aifactory.cofunding;

import org.aifactory.federation.FactoryId;
import org.aifactory.ledger.AccountId;

/**
 * What is agreed of a factory's money.
 *
 * @param kind as the policy names it
 * @param published whether everybody may read its totals
 * @param version counts the changes; 0 before the first, so that nobody overwrites what they have not seen
 */
record Terms(FactoryId factory, String kind, boolean published, int version) {

    static Terms usual(FactoryId factory) {
        return new Terms(factory, FundingPolicy.USUAL, false, 0);
    }

    /** Where the room under ceilings comes from. */
    AccountId plan() {
        return new AccountId(Line.named("co-funding plan of " + factory));
    }

    AccountId spent() {
        return new AccountId(Line.named("co-funding spent by " + factory));
    }

    AccountId room(String category) {
        return new AccountId(Line.named("co-funding room of the Union in " + factory + " for " + category));
    }

    AccountId taken(String category) {
        return new AccountId(Line.named("co-funding taken by the Union in " + factory + " for " + category));
    }
}
