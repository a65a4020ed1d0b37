package org.aifactory.ledger;

import java.time.Instant;

/**
 * The ledger's word that an entry is in it for good.
 *
 * @param at when it was posted; for a repeat, the first time
 * @param existed whether it was there already
 */
public record Receipt(EntryId id, Instant at, boolean existed) {}
