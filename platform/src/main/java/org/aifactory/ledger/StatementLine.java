package org.aifactory.ledger;

/**
 * An entry in the statement of an account.
 *
 * @param number grows along every account's entries; to read on, ask for those after the last one seen
 */
public record StatementLine(long number, Entry entry) {}
