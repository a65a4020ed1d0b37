package org.aifactory.observatory;

/** Whether the money is promised by whoever has it, or hoped for; never added up as one. */
enum Standing {
    COMMITTED,
    EXPECTED
}
