package org.aifactory.ledger;

/**
 * A place that has so much of one unit: a factory's pool, an allocation, what has been consumed.
 *
 * @param name what people call it; not unique
 * @param mayOverdraw whether it may give more than it has; only an account that stands for the world outside may
 */
public record Account(AccountId id, Unit unit, String name, boolean mayOverdraw) {
    public Account {
        if (name.isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An account has a name.");
        }
    }
}
