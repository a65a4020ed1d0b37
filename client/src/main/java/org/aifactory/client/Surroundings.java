package org.aifactory.client;

import java.util.Map;
import org.aifactory.client.server.Credentials;
import org.aifactory.client.terminal.Terminal;

/**
 * What the program finds where it is started.
 *
 * @param environment the variables of the process
 */
record Surroundings(Map<String, String> environment, Terminal terminal) {

    static Surroundings ofProcess() {
        return new Surroundings(System.getenv(), Terminal.ofProcess());
    }

    Credentials credentials() {
        return new Credentials(environment);
    }
}
