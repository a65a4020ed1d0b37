package org.aifactory.chat;

import java.net.URI;
import java.util.UUID;

/**
 * Where a model's server listens.
 *
 * @param run the run that it is
 * @param secret what it asks of whoever calls it
 */
record Endpoint(UUID run, URI address, String secret) {

    /** Never tells the secret. */
    @Override
    public String toString() {
        return "Endpoint[" + run + " at " + address + "]";
    }
}
