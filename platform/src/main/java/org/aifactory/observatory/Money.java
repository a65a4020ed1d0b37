package org.aifactory.observatory;

/**
 * An amount with all that decides what it can be compared with.
 *
 * @param currency ISO 4217; empty where there is no amount
 */
record Money(Amount amount, String currency, Basis basis, Standing standing, Payer payer) {}
