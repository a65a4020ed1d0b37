package org.aifactory.identity;

/**
 * Somebody has ended their account. Published in the transaction that ends it, when the name and the address are gone: whatever else is
 * kept of the person goes in the same one.
 */
public record PersonLeft(PersonId person, String email) {

    /** Never tells the address. */
    @Override
    public String toString() {
        return "PersonLeft[" + person + "]";
    }
}
