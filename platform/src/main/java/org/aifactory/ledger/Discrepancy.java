package org.aifactory.ledger;

/** An account whose balance is not the sum of its entries: something other than the ledger has written to the database. */
public record Discrepancy(AccountId account, Balance kept, Balance summed) {}
