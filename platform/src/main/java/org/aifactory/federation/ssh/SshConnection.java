package org.aifactory.federation.ssh;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;

/**
 * A session with a computer that is kept for all that is asked of it, and begun again when it broke. After a failure it is left alone for a
 * moment, so that many who ask do not wait for each other's time-outs.
 */
public final class SshConnection implements Commands, AutoCloseable {
    static final AttributeRepository.AttributeKey<HostKey> EXPECTED = new AttributeRepository.AttributeKey<>();

    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(10);
    /** Slurm's commands wait by themselves for a controller that is away for some tens of seconds. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(90);

    private static final Duration REST = Duration.ofSeconds(2);
    /** OpenSSH allows ten in a session; one is for files. */
    private static final int AT_ONCE = 8;
    /** Of what a command prints, in bytes. */
    private static final int MOST = 64 << 20;

    private static final SshdSocketAddress LOOPBACK = new SshdSocketAddress("127.0.0.1", 0);
    /** A port that hardly anything listens on. */
    private static final int DISCARD = 9;

    private final SshClient client;
    private final SshHost host;
    private final HostKey hostKey;
    private final Semaphore channels = new Semaphore(AT_ONCE, true);
    private @Nullable ClientSession session;
    private @Nullable SftpClient files;
    private @Nullable MachineUnavailable trouble;
    private long troubled;

    SshConnection(SshClient client, SshHost host) {
        this.client = client;
        this.host = host;
        this.hostKey = new HostKey(host.hostKey());
    }

    @Override
    public Answer ask(List<String> words, String input) {
        return ask(words, input, ANSWERS_WITHIN);
    }

    /** @param patience how long it may take; a command that takes longer is left to itself */
    public Answer ask(List<String> words, String input, Duration patience) {
        acquire(patience);
        try {
            Bounded printed = new Bounded();
            Bounded complaints = new Bounded();
            try (ChannelExec channel = open(words, input, printed, complaints)) {
                Set<ClientChannelEvent> events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), patience);
                Integer status = channel.getExitStatus();
                if (events.contains(ClientChannelEvent.TIMEOUT) || status == null) {
                    throw broken(words);
                }
                if (printed.hasOverflowed() || complaints.hasOverflowed()) {
                    throw new MachineUnavailable(
                            words.getFirst() + " at " + host + " prints more than " + (MOST >> 20) + " MiB.");
                }
                return new Answer(
                        status, printed.toString(StandardCharsets.UTF_8), complaints.toString(StandardCharsets.UTF_8));
            }
        } catch (IOException failure) {
            throw away(failure);
        } finally {
            channels.release();
        }
    }

    private void acquire(Duration patience) {
        try {
            if (!channels.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new MachineUnavailable(Message.of("federation.ssh.busy", host.toString()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MachineUnavailable("The question to " + host + " was broken off.", stopped);
        }
    }

    /** A session that broke unnoticed shows it here, before the command is heard of there. */
    private ChannelExec open(
            List<String> words, String input, ByteArrayOutputStream printed, ByteArrayOutputStream complaints)
            throws IOException {
        ClientSession first = session();
        try {
            return open(first, words, input, printed, complaints);
        } catch (IOException stale) {
            if (first.isOpen()) {
                // The channel was refused, and others go on in the session.
                throw stale;
            }
            drop(first);
            return open(session(), words, input, printed, complaints);
        }
    }

    private static ChannelExec open(
            ClientSession session,
            List<String> words,
            String input,
            ByteArrayOutputStream printed,
            ByteArrayOutputStream complaints)
            throws IOException {
        ChannelExec channel = session.createExecChannel(Shell.line(words));
        channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        channel.setOut(printed);
        channel.setErr(complaints);
        channel.open().verify(CONNECTS_WITHIN);
        return channel;
    }

    /** For files. It is for all at once; whoever asks closes nothing. */
    public synchronized SftpClient files() {
        try {
            if (files == null || !files.isOpen() || !files.getSession().isOpen()) {
                files = SftpClientFactory.instance().createSftpClient(session());
            }
            return files;
        } catch (IOException failure) {
            throw away(failure);
        }
    }

    /**
     * A way to an address as the computer sees it.
     *
     * @throws MachineUnavailable when the computer lets nobody through, or nothing listens there
     */
    public Tunnel tunnel(String to, int port) {
        ClientSession through = session();
        SshdSocketAddress there = new SshdSocketAddress(to, port);
        try {
            // What leads nowhere shows it only to whoever connects.
            connect(through, there);
            return new Tunnel(through, through.createLocalPortForwardingTracker(LOOPBACK, there));
        } catch (IOException failure) {
            throw isForbidden(failure)
                    ? new MachineUnavailable(Message.of("federation.ssh.lets-nobody-through", host.toString()))
                    : new MachineUnavailable(
                            Message.of("federation.ssh.nothing-listens", host.toString(), to, cause(failure)));
        }
    }

    /** Whether the computer makes connections for others, as tunnels need. */
    public boolean letsThrough() {
        try {
            connect(session(), new SshdSocketAddress(LOOPBACK.getHostName(), DISCARD));
            return true;
        } catch (IOException failure) {
            return !isForbidden(failure);
        }
    }

    private static void connect(ClientSession session, SshdSocketAddress there) throws IOException {
        try (ChannelDirectTcpip channel = session.createDirectTcpipChannel(LOOPBACK, there)) {
            channel.open().verify(CONNECTS_WITHIN);
        }
    }

    private static boolean isForbidden(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SshChannelOpenException refused) {
                return refused.getReasonCode() == SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED;
            }
        }
        return false;
    }

    /** So that what is asked next begins anew. */
    public synchronized void letGoOfBroken() {
        if (session == null || !session.isOpen()) {
            close();
        }
        files = null;
    }

    /** Whoever has just mended what was in the way does not wait for it to be left alone long enough. */
    public synchronized void tryAgain() {
        trouble = null;
    }

    /** The key that the computer has shown, as a line of {@code known_hosts} has it. */
    public String hostKey() {
        session();
        return hostKey.shown();
    }

    private synchronized ClientSession session() {
        ClientSession known = session;
        if (known != null && known.isOpen() && known.isAuthenticated()) {
            return known;
        }
        if (trouble != null && System.nanoTime() - troubled < REST.toNanos()) {
            throw trouble;
        }
        close();
        try {
            session = begin();
            trouble = null;
            return session;
        } catch (MachineUnavailable away) {
            trouble = away;
            troubled = System.nanoTime();
            throw away;
        }
    }

    private ClientSession begin() {
        KeyPair key = key();
        AttributeRepository context = AttributeRepository.ofKeyValuePair(EXPECTED, hostKey);
        ClientSession made;
        try {
            made = client.connect(host.person(), host.host(), host.port(), context, null)
                    .verify(CONNECTS_WITHIN)
                    .getSession();
        } catch (IOException failure) {
            throw new MachineUnavailable(Message.of("federation.ssh.away", host.toString(), cause(failure)));
        }
        try {
            made.addPublicKeyIdentity(key);
            made.auth().verify(CONNECTS_WITHIN);
            return made;
        } catch (IOException failure) {
            made.close(true);
            throw hostKey.wasAnother()
                    ? new MachineUnavailable(Message.of(
                            "federation.ssh.other-host-key", host.toString(), hostKey.seen(), hostKey.expected()))
                    : new MachineUnavailable(Message.of("federation.ssh.refused", host.toString(), cause(failure)));
        }
    }

    private KeyPair key() {
        return key(host.key())
                .orElseThrow(() -> new MachineUnavailable(Message.of("federation.ssh.no-key", host.person())));
    }

    /** The key in a text of OpenSSH's; empty where there is none, or one that needs a passphrase. */
    public static java.util.Optional<KeyPair> key(String text) {
        try {
            Iterable<KeyPair> keys = SecurityUtils.loadKeyPairIdentities(
                    null,
                    NamedResource.ofName("key"),
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    FilePasswordProvider.EMPTY);
            Iterator<KeyPair> all = keys == null ? java.util.Collections.emptyIterator() : keys.iterator();
            return all.hasNext() ? java.util.Optional.of(all.next()) : java.util.Optional.empty();
        } catch (IOException | GeneralSecurityException | RuntimeException none) {
            return java.util.Optional.empty();
        }
    }

    /** Only that one: another thread may have opened a new session since. */
    @SuppressWarnings("ReferenceEquality")
    private synchronized void drop(ClientSession stale) {
        if (session == stale) {
            close();
        }
    }

    private MachineUnavailable broken(List<String> words) {
        return new MachineUnavailable(Message.of("federation.ssh.no-end", host.toString(), words.getFirst()));
    }

    private MachineUnavailable away(IOException failure) {
        return new MachineUnavailable(Message.of("federation.ssh.away", host.toString(), cause(failure)));
    }

    /** What the system said, without what the library made of it on the way. */
    static String cause(IOException failure) {
        Throwable first = failure;
        while (first.getCause() instanceof IOException earlier) {
            first = earlier;
        }
        String said = first.getMessage();
        return said == null ? first.getClass().getSimpleName() : said;
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.close(true);
        }
        session = null;
        files = null;
    }

    @Override
    public String toString() {
        return host.toString();
    }

    /** What a broken or malicious site prints without end is not kept, and its session, which others use, goes on. */
    private static final class Bounded extends ByteArrayOutputStream {
        private boolean overflowed;

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            if (takes(length)) {
                super.write(bytes, from, length);
            }
        }

        @Override
        public synchronized void write(int one) {
            if (takes(1)) {
                super.write(one);
            }
        }

        private boolean takes(int more) {
            overflowed |= count + more > MOST;
            return !overflowed;
        }

        synchronized boolean hasOverflowed() {
            return overflowed;
        }
    }
}
