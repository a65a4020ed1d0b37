package org.aifactory.federation;

import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites;
import org.aifactory.federation.ssh.SshKeys;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Vault;
import org.aifactory.web.Problem;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * By which keys login nodes let the platform in. A pair is made here, or a private key is given, before the machine is connected with it:
 * so it never has to be shown again, and its public half can be put where it belongs first.
 */
@Service
class SiteKeys {
    private final JdbcClient jdbc;
    private final Machines machines;
    private final SlurmSites slurm;
    private final Vault vault;
    private final AuditTrail audit;

    SiteKeys(JdbcClient jdbc, Machines machines, SlurmSites slurm, Vault vault, AuditTrail audit) {
        this.jdbc = jdbc;
        this.machines = machines;
        this.slurm = slurm;
        this.vault = vault;
        this.audit = audit;
    }

    /**
     * Makes a pair for a machine; one that was made before and that it is not connected with is gone.
     *
     * @return its public half, for {@code authorized_keys}
     */
    @Transactional
    String make(Actor actor, Machine machine) {
        return keep(actor, machine, SshKeys.made("aifactory-" + machine.slug()), "machine.key-made");
    }

    /**
     * Keeps a private key that somebody has.
     *
     * @throws Problem when it is none, or has a passphrase
     */
    @Transactional
    String give(Actor actor, Machine machine, String key) {
        return keep(actor, machine, key.strip() + "\n", "machine.key-given");
    }

    private String keep(Actor actor, Machine machine, String key, String what) {
        Factory factory = machines.requireMayOperate(actor, machine.id());
        String half = SshKeys.publicHalf(key).orElseThrow(() -> Problem.invalid("key", "federation.ssh.fault.key"));
        jdbc.sql("""
                insert into federation.site_key (machine, key) values (:machine, :key)
                on conflict (machine) do update set key = excluded.key
                """)
                .param("machine", machine.id().value())
                .param("key", vault.seal(place(machine), key))
                .update();
        audit.record(
                actor.person(),
                factory.operator().orElse(null),
                what,
                "machine " + machine.id(),
                Map.of("public", half));
        return labelled(machine, half);
    }

    /** The private key that a machine would be connected with now: one that waits for that, or the one that it is connected with. */
    Optional<String> secret(Machine machine) {
        return waiting(machine).or(() -> connected(machine));
    }

    /** Its public half, as it stands in {@code authorized_keys}. */
    Optional<String> publicHalf(Machine machine) {
        return secret(machine).flatMap(SshKeys::publicHalf).map(half -> labelled(machine, half));
    }

    /** So that whoever reads {@code authorized_keys} sees what it is for. */
    private static String labelled(Machine machine, String half) {
        return half + " aifactory-" + machine.slug();
    }

    /** Sealed under a key that is not here any more, it is none. */
    private Optional<String> waiting(Machine machine) {
        return jdbc.sql("select key from federation.site_key where machine = :machine")
                .param("machine", machine.id().value())
                .query(String.class)
                .optional()
                .flatMap(kept -> vault.open(place(machine), kept));
    }

    private Optional<String> connected(Machine machine) {
        try {
            return slurm.site(machine.id())
                    .filter(SlurmSite.Ssh.class::isInstance)
                    .map(site -> ((SlurmSite.Ssh) site).host().key());
        } catch (MachineUnavailable unreadable) {
            return Optional.empty();
        }
    }

    /** The machine is connected with it, or let go. */
    void forget(MachineId machine) {
        jdbc.sql("delete from federation.site_key where machine = :machine")
                .param("machine", machine.value())
                .update();
    }

    private static String place(Machine machine) {
        return "site key " + machine.id();
    }
}
