package org.aifactory.federation;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.federation.slurm.Finding;
import org.aifactory.federation.slurm.SiteAccounts;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites;
import org.aifactory.federation.slurm.SlurmSites.Findings;
import org.aifactory.federation.slurm.SlurmSites.Shape;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** How operators connect the machines of their factory, and let them go again. */
@Component
class Connections {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final SlurmSites slurm;
    private final SiteKeys keys;
    private final AuditTrail audit;
    private final TransactionTemplate transaction;

    Connections(
            Factories factories,
            Machines machines,
            Partitions partitions,
            SlurmSites slurm,
            SiteKeys keys,
            AuditTrail audit,
            TransactionTemplate transaction) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.slurm = slurm;
        this.keys = keys;
        this.audit = audit;
        this.transaction = transaction;
    }

    /**
     * A partition of Slurm's under the name that it has here.
     *
     * @param name Slurm's
     * @param kind what is granted on it; empty for GPUs where its nodes have some
     */
    record Wish(String name, String slug, String title, Optional<PartitionKind> kind) {

        PartitionKind kindOn(Shape shape) {
            return kind.orElse(shape.gpus() > 0 ? PartitionKind.GPU : PartitionKind.CPU);
        }
    }

    /** Adds a machine that nothing is known of but its name. */
    Machine add(Actor actor, Factory factory, String slug, String name) {
        factories.requireMayOperate(actor, factory);
        return Objects.requireNonNull(transaction.execute(status -> {
            if (machines.named(slug).isPresent()) {
                throw Problem.of(ProblemType.ALREADY_TAKEN, "federation.slurm.machine-taken", slug);
            }
            MachineId id = machines.enter(
                    new Machine(MachineId.random(), factory.id(), slug, name, Connection.NONE, true, List.of()));
            record(actor, factory, "machine.added", id, Map.of("slug", slug));
            return machines.require(id);
        }));
    }

    /**
     * Connects a machine to the Slurm that drives it, and enters the partitions that are wished for in the shape that Slurm tells; those
     * that are known already keep their pools.
     *
     * @param accounts on which of Slurm's jobs run; empty where that stays as it is
     * @throws Problem when Slurm does not answer, or has no such partition
     */
    void connect(Actor actor, Machine machine, SlurmSite wished, Optional<SiteAccounts> accounts, List<Wish> wishes) {
        Factory factory = machines.requireMayOperate(actor, machine.id());
        if (wished instanceof SlurmSite.Rest) {
            requireAddress(wished.address());
        }
        if (machine.connection() == Connection.LOCAL) {
            throw Problem.of(ProblemType.AGAINST_RULES, "federation.slurm.own-computer", machine.name());
        }
        requireIdleOrSame(machine, wished);
        SlurmSite site = reached(wished, () -> slurm.pinned(wished));
        Findings findings = ask(site);
        Map<String, Shape> shapes =
                findings.partitions().stream().collect(Collectors.toMap(Shape::name, shape -> shape));
        try {
            wishes.forEach(wish -> requireKnown(wish, shapes, machine));
            reached(site, () -> {
                slurm.requireFiles(site);
                return site;
            });
        } catch (Problem refused) {
            slurm.letGo(site);
            throw refused;
        }
        transaction.executeWithoutResult(status -> {
            // Something may have begun meanwhile.
            requireIdleOrSame(machine, site);
            slurm.connect(machine.id(), site);
            accounts.ifPresent(setting -> slurm.setAccounts(machine.id(), setting));
            for (Wish wish : wishes) {
                PartitionId partition =
                        partitions.enter(partition(machine, wish, Objects.requireNonNull(shapes.get(wish.name()))));
                slurm.connect(partition, wish.name());
            }
            machines.connect(machine.id(), Connection.SLURM);
            keys.forget(machine.id());
            record(
                    actor,
                    factory,
                    "machine.connected",
                    machine.id(),
                    Map.of(
                            "address",
                            site.address().toString(),
                            "account",
                            site.account(),
                            "accounts",
                            slurm.accounts(machine.id()).name(),
                            "slurm",
                            findings.version()));
        });
    }

    /** Another cluster, or another person there, knows nothing of the jobs that are under way: they would count as lost and begin anew. */
    private void requireIdleOrSame(Machine machine, SlurmSite site) {
        if (machine.connection() == Connection.SLURM
                && slurm.isBusy(machine.id())
                && !slurm.keepsJobs(machine.id(), site)) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.slurm.busy-elsewhere", machine.name());
        }
    }

    /** What a cluster says of itself just now. */
    Findings ask(SlurmSite site) {
        return reached(site, () -> slurm.ask(site));
    }

    private static <T> T reached(SlurmSite site, Supplier<T> question) {
        try {
            return question.get();
        } catch (MachineUnavailable away) {
            throw Problem.of(
                    ProblemType.UNAVAILABLE,
                    site instanceof SlurmSite.Rest ? "site.reach.failed" : "site.login.failed",
                    away.sentence());
        }
    }

    /** The cluster of a machine, for whoever operates it. */
    Optional<SlurmSite> site(Actor actor, Machine machine) {
        machines.requireMayOperate(actor, machine.id());
        return slurm.site(machine.id());
    }

    /** On which of Slurm's accounts its jobs run. */
    SiteAccounts accounts(Machine machine) {
        return slurm.accounts(machine.id());
    }

    /** @throws Problem when it is not connected */
    List<Finding> examine(Actor actor, Machine machine) {
        machines.requireMayOperate(actor, machine.id());
        if (machine.connection() != Connection.SLURM) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.slurm.not-connected", machine.name());
        }
        return slurm.examine(machine.id());
    }

    void disconnect(Actor actor, Machine machine) {
        Factory factory = machines.requireMayOperate(actor, machine.id());
        if (machine.connection() != Connection.SLURM) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.slurm.not-connected", machine.name());
        }
        transaction.executeWithoutResult(status -> {
            if (slurm.isBusy(machine.id())) {
                throw Problem.of(ProblemType.NOT_NOW, "federation.slurm.busy", machine.name());
            }
            slurm.disconnect(machine.id());
            keys.forget(machine.id());
            machines.connect(machine.id(), Connection.NONE);
            record(actor, factory, "machine.disconnected", machine.id(), Map.of());
        });
        // Only now, since a transaction that fails leaves it connected, and none waits for another computer.
        slurm.letGo(machine.id());
    }

    private void requireKnown(Wish wish, Map<String, Shape> shapes, Machine machine) {
        Shape shape = shapes.get(wish.name());
        if (shape == null) {
            throw Problem.invalid(
                    "partitions",
                    "federation.slurm.no-partition",
                    wish.name(),
                    shapes.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        if (shape.nodes() == 0 || shape.cores() == 0) {
            throw Problem.invalid("partitions", "federation.slurm.no-nodes", wish.name());
        }
        Optional<Partition> known = partitions.named(wish.slug());
        if (known.filter(one -> !one.machine().equals(machine.id())).isPresent()) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "federation.slurm.partition-taken", wish.slug());
        }
        if (wish.kindOn(shape) == PartitionKind.GPU && shape.gpus() == 0) {
            throw Problem.invalid("partitions", "federation.slurm.no-gpus", wish.name());
        }
        if (known.filter(one -> one.kind() != wish.kindOn(shape)).isPresent()) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES,
                    "federation.slurm.other-kind",
                    wish.slug(),
                    known.get().kind().hours(),
                    wish.name());
        }
    }

    private static Partition partition(Machine machine, Wish wish, Shape shape) {
        return new Partition(
                PartitionId.random(),
                machine.id(),
                wish.slug(),
                wish.title(),
                wish.kindOn(shape),
                wish.kindOn(shape) == PartitionKind.GPU ? shape.gpus() : 0,
                shape.cores(),
                shape.memoryBytes(),
                shape.nodes(),
                Optional.of(shape.limit()).filter(Duration::isPositive),
                true,
                Optional.empty(),
                List.of());
    }

    static void requireAddress(URI address) {
        boolean right = address.getScheme() != null
                && SCHEMES.contains(address.getScheme())
                && address.getHost() != null
                && address.getRawUserInfo() == null
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
        if (!right) {
            throw Problem.invalid("address", "federation.slurm.address");
        }
    }

    static URI address(String text) {
        try {
            return new URI(text.strip().replaceFirst("/+$", ""));
        } catch (URISyntaxException wrong) {
            throw Problem.invalid("address", "federation.slurm.address");
        }
    }

    private void record(Actor actor, Factory factory, String what, MachineId machine, Map<String, Object> details) {
        audit.record(actor.person(), factory.operator().orElse(null), what, "machine " + machine, details);
    }
}
