package org.aifactory.ledger;

/**
 * What an account has, in four numbers: {@code granted = held + spent + free}.
 *
 * @param granted all that it was given, less what was taken back
 * @param held kept back for what has begun and is not settled
 * @param spent all that it gave, less what came back
 */
public record Balance(Unit unit, long granted, long held, long spent) {

    /** What can still be given or held; negative only for an account that may be overdrawn. */
    public long free() {
        return granted - held - spent;
    }

    Balance plus(long granted, long held, long spent) {
        return new Balance(unit, this.granted + granted, this.held + held, this.spent + spent);
    }
}
