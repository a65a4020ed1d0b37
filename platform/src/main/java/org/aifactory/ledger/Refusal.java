package org.aifactory.ledger;

import java.util.Locale;

/** Why a posting was refused, in the order in which it is checked. What is refused leaves no trace and may be asked again later. */
public enum Refusal {
    /** The id belongs to an entry, or an account, of other content. */
    CONFLICT,
    /** No account has this id. */
    ACCOUNT_UNKNOWN,
    /** No entry has this id, or it is of a kind that this cannot be done to. */
    ENTRY_UNKNOWN,
    /** The amount is in another unit than the account. */
    UNIT_DIFFERS,
    /** The hold was settled. */
    HOLD_SETTLED,
    /** The hold was voided. */
    HOLD_VOIDED,
    /** The hold's time is over. */
    HOLD_EXPIRED,
    /** The hold asked for would expire in the past. */
    EXPIRY_PAST,
    /** More was asked than the hold keeps, or than is left to reverse. */
    ABOVE_ORIGINAL,
    /** The account has not so much free. */
    NOT_ENOUGH,
    /** The sum would pass {@link Amount#MOST}, beyond which the ledger does not count. */
    TOO_LARGE;

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
