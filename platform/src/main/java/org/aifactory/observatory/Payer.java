package org.aifactory.observatory;

/** Whose money it is. */
enum Payer {
    PUBLIC,
    PRIVATE,
    /** Both, and the source does not say how much of each. */
    MIXED
}
