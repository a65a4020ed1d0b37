package org.aifactory.cofunding;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.aifactory.cofunding.Movement.Kind;
import org.aifactory.federation.FactoryId;
import org.aifactory.ledger.AccountId;

/**
 * What a funder pays of a category of a factory's cost in a year.
 *
 * @param funder "EU", or ISO 3166-1 alpha-2
 * @param category as the policy names it
 */
record Line(UUID id, FactoryId factory, String funder, int year, String category) {

    /** The one line of this factory, funder, year and category; its name is made of them, so that two who open it open the same. */
    static Line of(FactoryId factory, String funder, int year, String category) {
        return new Line(
                named("co-funding of " + factory + " by " + funder + " in " + year + " for " + category),
                factory,
                funder,
                year,
                category);
    }

    boolean isOfUnion() {
        return funder.equals(Funder.UNION);
    }

    /** What a funder has stands outside the books, and may be overdrawn. */
    AccountId outside() {
        return new AccountId(named("co-funding outside of " + funder + " for " + factory));
    }

    AccountId pledged() {
        return account("pledged");
    }

    AccountId committed() {
        return account("committed");
    }

    AccountId called() {
        return account("called");
    }

    AccountId paid() {
        return account("paid");
    }

    private AccountId account(String stage) {
        return new AccountId(named(stage + " of " + id));
    }

    /** Where the money of a movement comes from. */
    AccountId source(Kind kind) {
        return switch (kind) {
            case PLEDGE -> outside();
            case COMMITMENT -> pledged();
            case INSTALMENT -> committed();
            case RECEIPT -> called();
            case SPENDING -> paid();
            case TAKEN_BACK -> throw new IllegalArgumentException("What is taken back goes where it came from.");
        };
    }

    /** @param spent where the factory's spending goes */
    AccountId target(Kind kind, AccountId spent) {
        return switch (kind) {
            case PLEDGE -> pledged();
            case COMMITMENT -> committed();
            case INSTALMENT -> called();
            case RECEIPT -> paid();
            case SPENDING -> spent;
            case TAKEN_BACK -> throw new IllegalArgumentException("What is taken back goes where it came from.");
        };
    }

    static UUID named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
