package org.aifactory.observatory;

/** Over what time an amount is counted. */
enum Basis {
    PER_YEAR,
    IN_TOTAL
}
