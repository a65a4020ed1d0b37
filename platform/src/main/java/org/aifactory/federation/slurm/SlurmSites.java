package org.aifactory.federation.slurm;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.ssh.SiteFolder;
import org.aifactory.federation.ssh.SshConnection;
import org.aifactory.federation.ssh.SshConnections;
import org.aifactory.federation.ssh.SshHost;
import org.aifactory.identity.Vault;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The clusters that are connected, and how each is reached. */
@Component
public final class SlurmSites {
    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final SlurmPartitions partitions;
    private final SlurmJobs jobs;
    private final SlurmQueues queues;
    private final SlurmAccounts accounts;
    private final Vault vault;
    private final SshConnections ssh;
    private final Path home;
    private final JobPlace place;
    private final SiteEngine engine;
    private final Duration missingFor;
    private final InstantSource clock;
    private final Map<MachineId, Reached> reached = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTS_WITHIN)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    SlurmSites(
            JdbcClient jdbc,
            JsonMapper json,
            SlurmPartitions partitions,
            SlurmJobs jobs,
            SlurmQueues queues,
            SlurmAccounts accounts,
            Vault vault,
            SshConnections ssh,
            InstantSource clock,
            @Value("${aifactory.slurm.missing-for}") Duration missingFor,
            @Value("${aifactory.home}") String home,
            @Value("${aifactory.engine.root}") String engine,
            @Value("${aifactory.engine.java-home:${java.home}}") String javaHome) {
        this.jdbc = jdbc;
        this.json = json;
        this.partitions = partitions;
        this.jobs = jobs;
        this.queues = queues;
        this.accounts = accounts;
        this.vault = vault;
        this.missingFor = missingFor;
        this.ssh = ssh;
        // As words, since Spring takes a Path beginning with two dots for a resource that may not be.
        this.home = Path.of(home).toAbsolutePath().normalize();
        this.place = new JobPlace(this.home.resolve("slurm"));
        this.engine = new SiteEngine(
                Path.of(engine).toAbsolutePath().normalize().resolve("engine/target"),
                Path.of(javaHome).toAbsolutePath().normalize());
        this.clock = clock;
    }

    /**
     * What Slurm says of one of its partitions.
     *
     * @param cores of a node, as everything that follows
     */
    public record Shape(String name, int nodes, int cores, int gpus, long memoryBytes, Duration limit, boolean up) {
        private static final long MIB = 1L << 20;

        static Shape of(Cluster.Shape shape) {
            return new Shape(
                    shape.name(),
                    shape.nodes(),
                    shape.cores(),
                    shape.gpus(),
                    shape.memoryMib() * MIB,
                    shape.limit(),
                    shape.up());
        }
    }

    /** @param version of Slurm */
    public record Findings(String version, List<Shape> partitions) {}

    /** What leads to a cluster, kept as long as it is reached in the same way. */
    private record Reached(
            SlurmSite site, Cluster cluster, SiteFiles files, CheckPlace checks, Optional<Doors> doors) {}

    private Reached reach(SlurmSite site) {
        return switch (site) {
            case SlurmSite.Rest rest ->
                new Reached(
                        site,
                        new UnderstoodCluster(new RestCluster(http, json, rest, clock)),
                        place,
                        new CheckPlace.Shared(
                                home.resolve("slurm"), engine.java().resolve("bin/java")),
                        Optional.empty());
            case SlurmSite.Ssh login -> {
                SshConnection connection = ssh.of(login.host());
                SiteFolder folder = new SiteFolder(connection, login.root());
                SshCluster cluster = new SshCluster(connection, login.person(), clock);
                yield new Reached(
                        site,
                        new UnderstoodCluster(cluster),
                        new SftpFiles(folder, engine, home),
                        new CheckPlace.AtSite(folder, engine),
                        Optional.of(new Doors(cluster, connection)));
            }
        };
    }

    private Reached reach(MachineId machine) {
        SlurmSite site = require(machine);
        Reached before = reached.get(machine);
        Reached now = reached.compute(
                machine, (one, known) -> known != null && known.site().equals(site) ? known : reach(site));
        if (before != null && !before.site().equals(now.site())) {
            end(before);
        }
        return now;
    }

    /** Nobody goes through what led to a cluster any more. */
    private void end(Reached before) {
        before.doors().ifPresent(Doors::close);
        letGo(before.site());
    }

    /** Ends the session by which a cluster was reached, where no machine is reached by it. */
    public void letGo(SlurmSite site) {
        if (site instanceof SlurmSite.Ssh login
                && reached.values().stream().noneMatch(one -> isBy(one, login.host()))) {
            ssh.forget(login.host());
        }
    }

    private static boolean isBy(Reached one, SshHost host) {
        return one.site() instanceof SlurmSite.Ssh login && login.host().equals(host);
    }

    /**
     * The site under the key that its login node shows just now, where none was named: from then on it must show that one.
     *
     * @throws MachineUnavailable when it does not answer, or not to this person's key
     */
    public SlurmSite pinned(SlurmSite site) {
        if (site instanceof SlurmSite.Ssh login && login.host().hostKey().isEmpty()) {
            try {
                return login.showing(ssh.of(login.host()).hostKey());
            } finally {
                ssh.forget(login.host());
            }
        }
        return site;
    }

    /**
     * The key that a login node shows just now, before it is told anything.
     *
     * @throws MachineUnavailable when it does not answer
     */
    public String hostKey(SlurmSite.Ssh site) {
        return ssh.hostKey(site.host());
    }

    /**
     * Asks a cluster what it is; nothing of it needs to be known yet.
     *
     * @throws MachineUnavailable when it does not answer, or not to this token or key
     */
    public Findings ask(SlurmSite site) {
        if (site instanceof SlurmSite.Ssh login) {
            ssh.of(login.host()).tryAgain();
        }
        Cluster cluster = reach(site).cluster();
        try {
            return new Findings(
                    cluster.version(),
                    cluster.partitions().stream().map(Shape::of).toList());
        } catch (MachineUnavailable away) {
            letGo(site);
            throw away;
        }
    }

    /**
     * Tries whether files get there and back.
     *
     * @throws MachineUnavailable when they do not
     */
    public void requireFiles(SlurmSite site) {
        if (site instanceof SlurmSite.Ssh login) {
            new SiteFolder(ssh.of(login.host()), login.root()).require();
        }
    }

    /** Looks at everything that a run on it needs; takes as long as a tiny job, a minute at most. */
    public List<Finding> examine(MachineId machine) {
        Reached there = reach(machine);
        SiteRules rules = new SiteRules(
                there.site(), there.cluster().accountBooks(), accounts.setting(machine), accounts.kept(machine));
        List<Finding> findings =
                new ArrayList<>(new SiteDoctor(there.site(), there.cluster(), there.checks(), rules, clock)
                        .examine(partitions.of(machine)));
        if (findings.stream()
                .noneMatch(finding ->
                        finding.subject() == Finding.Subject.LOGIN && finding.outcome() == Finding.Outcome.FAILED)) {
            there.doors().flatMap(SlurmSites::examined).ifPresent(findings::add);
        }
        return findings;
    }

    /** A login node that goes away now takes with it nothing that was found before. */
    private static Optional<Finding> examined(Doors doors) {
        try {
            return Optional.of(doors.examine());
        } catch (MachineUnavailable away) {
            return Optional.of(
                    Finding.of(Finding.Subject.LOGIN, Finding.Outcome.FAILED, String.valueOf(away.getMessage())));
        }
    }

    public void connect(MachineId machine, SlurmSite site) {
        String secret;
        Optional<SlurmSite.Ssh> login = Optional.empty();
        switch (site) {
            case SlurmSite.Rest rest -> secret = rest.token();
            case SlurmSite.Ssh one -> {
                secret = one.host().key();
                login = Optional.of(one);
            }
        }
        jdbc.sql("""
                insert into federation.slurm_site (machine, address, person, account, token, host_key, root)
                values (:machine, :address, :person, :account, :token, :hostKey, :root)
                on conflict (machine) do update set address = excluded.address, person = excluded.person, account = excluded.account,
                       token = excluded.token, host_key = excluded.host_key, root = excluded.root
                """)
                .param("machine", machine.value())
                .param("address", site.address().toString())
                .param("person", site.person())
                .param("account", site.account())
                .param("token", vault.seal(place(machine), secret))
                .param("hostKey", login.map(one -> one.host().hostKey()).orElse(null), Types.VARCHAR)
                .param("root", login.map(SlurmSite.Ssh::root).orElse(null), Types.VARCHAR)
                .update();
        // It may be another cluster now, which has none of them.
        accounts.forget(machine);
    }

    /** On which of Slurm's accounts the jobs of a machine that is connected run. */
    public SiteAccounts accounts(MachineId machine) {
        return accounts.setting(machine);
    }

    public void setAccounts(MachineId machine, SiteAccounts setting) {
        accounts.set(machine, setting);
    }

    public void connect(PartitionId partition, String name) {
        partitions.connect(partition, name);
    }

    /** Whether jobs are there that have not ended; their cluster must stay connected. */
    public boolean isBusy(MachineId machine) {
        return jobs.areUnderWay(machine);
    }

    /** Whether the jobs of a machine are found again by what it would be reached by: the same cluster, folder and person there. */
    public boolean keepsJobs(MachineId machine, SlurmSite site) {
        return jdbc.sql("""
                select address = :address and person = :person and root is not distinct from :root
                  from federation.slurm_site where machine = :machine
                """)
                .param("machine", machine.value())
                .param("address", site.address().toString())
                .param("person", site.person())
                .param("root", site instanceof SlurmSite.Ssh login ? login.root() : null, Types.VARCHAR)
                .query(Boolean.class)
                .optional()
                .orElse(true);
    }

    public void disconnect(MachineId machine) {
        partitions.disconnect(machine);
        accounts.forget(machine);
        jdbc.sql("delete from federation.slurm_site where machine = :machine")
                .param("machine", machine.value())
                .update();
    }

    /** Ends what led to a machine that is connected no more. */
    public void letGo(MachineId machine) {
        Reached known = reached.remove(machine);
        if (known != null) {
            end(known);
        }
    }

    public Optional<SlurmSite> site(MachineId machine) {
        return jdbc.sql("select * from federation.slurm_site where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> site(machine, row))
                .optional();
    }

    private SlurmSite site(MachineId machine, ResultSet row) throws SQLException {
        URI address = URI.create(row.getString("address"));
        String secret = token(machine, row.getString("token"));
        String root = row.getString("root");
        if (root == null) {
            return new SlurmSite.Rest(address, row.getString("person"), row.getString("account"), secret);
        }
        SshHost host = new SshHost(
                address.getHost().replaceAll("^\\[|]$", ""),
                address.getPort(),
                row.getString("person"),
                secret,
                row.getString("host_key"));
        return new SlurmSite.Ssh(host, row.getString("account"), root);
    }

    private String token(MachineId machine, String sealed) {
        return vault.open(place(machine), sealed)
                .orElseThrow(
                        () -> new MachineUnavailable(
                                "The token or key of this machine was sealed under a key that is not here any more; connect the machine again."));
    }

    /** Where the token of a machine stands, for the vault. */
    private static String place(MachineId machine) {
        return "slurm " + machine;
    }

    /** @throws MachineUnavailable when it is not connected */
    public MachineConnector machine(MachineId machine) {
        Reached there = reach(machine);
        return new SlurmMachine(
                machine,
                there.cluster(),
                accounts.at(machine, there.site(), there.cluster()),
                partitions,
                jobs,
                there.files(),
                queues,
                there.doors(),
                missingFor,
                clock);
    }

    private SlurmSite require(MachineId machine) {
        return site(machine).orElseThrow(() -> new MachineUnavailable("This machine's Slurm is not connected."));
    }
}
