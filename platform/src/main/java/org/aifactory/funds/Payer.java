package org.aifactory.funds;

/** Whose money it is. */
enum Payer {
    PUBLIC,
    PRIVATE
}
