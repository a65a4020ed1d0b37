package org.aifactory.funds;

/** Whether a fund is there. */
enum Nature {
    REAL,
    /** Somebody has advised to have it; nobody can commit to it, and nothing of it is booked. */
    RECOMMENDED
}
