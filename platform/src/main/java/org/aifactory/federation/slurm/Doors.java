package org.aifactory.federation.slurm;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;
import org.aifactory.federation.slurm.SlurmJobs.Kept;
import org.aifactory.federation.ssh.SshConnection;
import org.aifactory.federation.ssh.Tunnel;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;

/** The ways to what jobs listen on at a site whose nodes are reached through its login node alone. */
final class Doors {
    private static final Duration REST = Duration.ofSeconds(2);
    /** For which a site is taken for one that lets nobody through; its settings may have been changed since. */
    private static final Duration SHUT_FOR = Duration.ofMinutes(10);

    private final SshCluster cluster;
    private final SshConnection connection;
    private final Map<JobKey, Door> open = new ConcurrentHashMap<>();
    private final Map<JobKey, Trouble> troubles = new ConcurrentHashMap<>();
    /** Found out where somebody first needs to know; until then the site is taken for one that does as most do. */
    private volatile @Nullable Long shutAt;
    /** One opens a door of a job's at a time; those of others are not waited for. */
    private final Map<JobKey, Lock> turns = new ConcurrentHashMap<>();

    Doors(SshCluster cluster, SshConnection connection) {
        this.cluster = cluster;
        this.connection = connection;
    }

    /** @param port on the job's node */
    private record Door(int port, Tunnel tunnel) {
        boolean leadsTo(int wanted) {
            return port == wanted && tunnel.isOpen();
        }
    }

    /** Whoever waits for a way tries again and again; the site is not asked each time. */
    private record Trouble(MachineUnavailable why, long nanoTime) {
        boolean isFresh() {
            return System.nanoTime() - nanoTime < REST.toNanos();
        }
    }

    /** Whether the login node lets anybody through to a node, as far as is known. */
    boolean areOpen() {
        Long shut = shutAt;
        return shut == null || System.nanoTime() - shut > SHUT_FOR.toNanos();
    }

    /** @throws MachineUnavailable when there is no way to it */
    URI reach(Kept job, int port) {
        Door door = open.get(job.key());
        if (door == null || !door.leadsTo(port)) {
            door = open(job, port);
        }
        return URI.create("http://127.0.0.1:" + door.tunnel().port());
    }

    private Door open(Kept job, int port) {
        Lock turn = turns.computeIfAbsent(job.key(), key -> new ReentrantLock());
        turn.lock();
        try {
            return openInTurn(job, port);
        } finally {
            turn.unlock();
        }
    }

    private Door openInTurn(Kept job, int port) {
        Door known = open.get(job.key());
        if (known != null && known.leadsTo(port)) {
            return known;
        }
        Trouble trouble = troubles.get(job.key());
        if (trouble != null && trouble.isFresh()) {
            throw trouble.why();
        }
        shut(job.key());
        try {
            return opened(job, port);
        } catch (MachineUnavailable why) {
            troubles.put(job.key(), new Trouble(why, System.nanoTime()));
            throw why;
        }
    }

    private Door opened(Kept job, int port) {
        String node = job.number()
                .flatMap(number -> cluster.address(number, job.name()))
                .orElseThrow(() -> new MachineUnavailable(Message.of("federation.ssh.no-node", job.name())));
        Door made = new Door(port, tunnel(node, port));
        Door before = open.put(job.key(), made);
        if (before != null) {
            before.tunnel().close();
        }
        return made;
    }

    private Tunnel tunnel(String node, int port) {
        try {
            Tunnel made = connection.tunnel(node, port);
            shutAt = null;
            return made;
        } catch (MachineUnavailable noWay) {
            examineAfter(noWay);
            throw noWay;
        }
    }

    private void examineAfter(MachineUnavailable noWay) {
        try {
            examine();
        } catch (MachineUnavailable away) {
            noWay.addSuppressed(away);
        }
    }

    void close(JobKey key) {
        shut(key);
        turns.remove(key);
    }

    private void shut(JobKey key) {
        troubles.remove(key);
        Door door = open.remove(key);
        if (door != null) {
            door.tunnel().close();
        }
    }

    /** All of them. */
    void close() {
        open.keySet().forEach(this::close);
    }

    Finding examine() {
        boolean shut = !connection.letsThrough();
        shutAt = shut ? (Long) System.nanoTime() : null;
        return Finding.of(Subject.SERVING, shut ? Outcome.WARNING : Outcome.WELL);
    }
}
