package org.aifactory.funds;

/** How sure money of a fund is. Amounts of different standing are never one number. */
enum Standing {
    /** Promised by whoever has it, and booked. */
    COMMITTED,
    /** Hoped for by whoever manages the fund. */
    EXPECTED,
    /** Advised by somebody else. */
    RECOMMENDED
}
