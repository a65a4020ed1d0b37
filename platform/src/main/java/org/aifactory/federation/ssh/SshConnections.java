package org.aifactory.federation.ssh;

import java.io.IOException;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The sessions with all computers that are reached by SSH, one for each. Nothing in the platform's own {@code ~/.ssh} is used. */
@Component
public final class SshConnections implements DisposableBean {
    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(10);
    private static final Duration BEATS_EVERY = Duration.ofSeconds(15);
    /** Unanswered, and the session counts as broken. */
    private static final int MOST_BEATS = 3;

    private final ConcurrentMap<SshHost, SshConnection> connections = new ConcurrentHashMap<>();
    private volatile @org.jspecify.annotations.Nullable SshClient client;

    public SshConnections() {}

    /** The session with a computer, which begins when something is asked of it. */
    public SshConnection of(SshHost host) {
        return connections.computeIfAbsent(host, one -> new SshConnection(client(), one));
    }

    /** The key that a computer shows, as a line of {@code known_hosts} has it. Nobody signs in there. */
    public String hostKey(SshHost host) {
        HostKey any = new HostKey("");
        try (ClientSession session = client().connect(
                        host.person(),
                        host.host(),
                        host.port(),
                        AttributeRepository.ofKeyValuePair(SshConnection.EXPECTED, any),
                        null)
                .verify(SHOWS_WITHIN)
                .getSession()) {
            session.waitFor(
                    EnumSet.of(ClientSession.ClientSessionEvent.WAIT_AUTH, ClientSession.ClientSessionEvent.CLOSED),
                    SHOWS_WITHIN);
        } catch (IOException failure) {
            throw new MachineUnavailable(
                    Message.of("federation.ssh.away", host.toString(), SshConnection.cause(failure)));
        }
        if (any.shown().isEmpty()) {
            throw new MachineUnavailable(Message.of("federation.ssh.away", host.toString(), "no host key"));
        }
        return any.shown();
    }

    /** Ends a session that nobody needs any more. */
    public void forget(SshHost host) {
        SshConnection connection = connections.remove(host);
        if (connection != null) {
            connection.close();
        }
    }

    /** Its threads begin where the first computer is reached so. */
    private synchronized SshClient client() {
        SshClient known = client;
        if (known == null) {
            known = made();
            known.start();
            client = known;
        }
        return known;
    }

    private static SshClient made() {
        SshClient made = SshClient.setUpDefaultClient();
        made.setServerKeyVerifier(SshConnections::isExpected);
        made.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        made.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        made.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        made.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        made.addSessionListener(new AsksForExpectedKey());
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(made, BEATS_EVERY);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(made, MOST_BEATS);
        return made;
    }

    private static boolean isExpected(ClientSession session, SocketAddress address, PublicKey key) {
        HostKey expected = expected(session);
        return expected != null && expected.isOf(key);
    }

    private static @org.jspecify.annotations.Nullable HostKey expected(ClientSession session) {
        AttributeRepository context = session.getConnectionContext();
        return context == null ? null : context.getAttribute(SshConnection.EXPECTED);
    }

    /** A computer has keys of several kinds, and shows the one that is asked for first. */
    private static final class AsksForExpectedKey implements SessionListener {
        private static final String RSA = "ssh-rsa";

        @Override
        public void sessionEstablished(Session session) {
            if (session instanceof ClientSession ours) {
                HostKey expected = expected(ours);
                if (expected != null) {
                    expected.kind().ifPresent(kind -> ask(ours, kind));
                }
            }
        }

        private static void ask(ClientSession session, String kind) {
            var factories = session.getSignatureFactories().stream()
                    .filter(one -> kind.equals(RSA)
                            ? one.getName().startsWith("rsa-sha2")
                            : one.getName().equals(kind))
                    .toList();
            if (!factories.isEmpty()) {
                session.setSignatureFactories(factories);
            }
        }
    }

    @Override
    public void destroy() {
        connections.values().forEach(SshConnection::close);
        SshClient known = client;
        if (known != null) {
            known.stop();
        }
    }
}
