package org.aifactory.federation;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/** What a job says of where it listens, which is its own word and may be any. */
public final class Listening {
    private static final int LAST_PORT = 65_535;

    private Listening() {}

    /** Whether it is on all addresses of the computer that it runs on, so that only that computer is meant. */
    public static boolean isOnAll(URI said) {
        return address(said).filter(InetAddress::isAnyLocalAddress).isPresent();
    }

    /** Whether it is on this computer, for this computer alone. */
    static boolean isHere(URI said) {
        return address(said).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** Never asks for a name; empty where there is no address with a port. */
    private static Optional<InetAddress> address(URI said) {
        String host = said.getHost();
        if (host == null || said.getPort() < 1 || said.getPort() > LAST_PORT) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }
}
