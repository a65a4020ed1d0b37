package org.aifactory.federation.ssh;

import java.io.IOException;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.forward.ExplicitPortForwardingTracker;

/**
 * A port that this computer alone can connect to, and whose connections the computer at the other end of a session makes; it lasts as long
 * as the session.
 */
public final class Tunnel implements AutoCloseable {
    private final ClientSession session;
    private final ExplicitPortForwardingTracker forwarding;

    Tunnel(ClientSession session, ExplicitPortForwardingTracker forwarding) {
        this.session = session;
        this.forwarding = forwarding;
    }

    public int port() {
        return forwarding.getBoundAddress().getPort();
    }

    public boolean isOpen() {
        return session.isOpen() && forwarding.isOpen();
    }

    @Override
    public void close() {
        try {
            forwarding.close();
        } catch (IOException gone) {
            // With its session.
        }
    }
}
