package org.aifactory.federation;

/**
 * A job in a machine's own books.
 *
 * @param seconds for which it had what is named here, as the machine counts them
 * @param cores kept for it alone
 * @param over whether the books know of its end
 */
public record Booking(long seconds, int cores, int gpus, boolean over) {}
