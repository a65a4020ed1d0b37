package org.aifactory.engine.server;

import java.util.Optional;

/**
 * Where a server listens, for whom, and how much it grants.
 *
 * @param host a name or an address of this machine; other than the loopback address only together with a key
 * @param port 0 takes any free one
 * @param apiKey what clients must show, if anything
 */
public record ServerOptions(String host, int port, Optional<String> apiKey, Limits limits) {
    public static final String LOOPBACK = "127.0.0.1";
    public static final int PORT = 8080;
}
