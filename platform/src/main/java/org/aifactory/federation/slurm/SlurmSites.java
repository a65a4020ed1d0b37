package org.aifactory.federation.slurm;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.PartitionId;
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
    private final Vault vault;
    private final Path directory;
    private final Path java;
    private final JobPlace place;
    private final Duration missingFor;
    private final InstantSource clock;
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
            Vault vault,
            InstantSource clock,
            @Value("${aifactory.slurm.missing-for}") Duration missingFor,
            @Value("${aifactory.home}") Path home,
            @Value("${aifactory.engine.java-home:${java.home}}") Path javaHome) {
        this.jdbc = jdbc;
        this.json = json;
        this.partitions = partitions;
        this.jobs = jobs;
        this.queues = queues;
        this.vault = vault;
        this.directory = home.toAbsolutePath().normalize().resolve("slurm");
        this.java = javaHome.resolve("bin/java");
        this.place = new JobPlace(directory);
        this.missingFor = missingFor;
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

    /**
     * Asks a cluster what it is; nothing of it needs to be known yet.
     *
     * @throws MachineUnavailable when it does not answer, or not to this token
     */
    public Findings ask(SlurmSite site) {
        Cluster cluster = new RestCluster(http, json, site, clock);
        return new Findings(
                cluster.version(), cluster.partitions().stream().map(Shape::of).toList());
    }

    /** Looks at everything that a run on it needs; takes as long as a tiny job, a minute at most. */
    public List<Finding> examine(MachineId machine) {
        SlurmSite site = require(machine);
        return new SiteDoctor(new RestCluster(http, json, site, clock), directory, java, clock)
                .examine(partitions.of(machine));
    }

    public void connect(MachineId machine, SlurmSite site) {
        jdbc.sql("""
                insert into federation.slurm_site (machine, address, person, account, token)
                values (:machine, :address, :person, :account, :token)
                on conflict (machine) do update set address = excluded.address, person = excluded.person, account = excluded.account,
                       token = excluded.token
                """)
                .param("machine", machine.value())
                .param("address", site.address().toString())
                .param("person", site.person())
                .param("account", site.account())
                .param("token", vault.seal(place(machine), site.token()))
                .update();
    }

    public void connect(PartitionId partition, String name) {
        partitions.connect(partition, name);
    }

    /** Whether jobs are there that have not ended; their cluster must stay connected. */
    public boolean isBusy(MachineId machine) {
        return jobs.areUnderWay(machine);
    }

    public void disconnect(MachineId machine) {
        partitions.disconnect(machine);
        jdbc.sql("delete from federation.slurm_site where machine = :machine")
                .param("machine", machine.value())
                .update();
    }

    public Optional<SlurmSite> site(MachineId machine) {
        return jdbc.sql("select address, person, account, token from federation.slurm_site where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> new SlurmSite(
                        URI.create(row.getString("address")),
                        row.getString("person"),
                        row.getString("account"),
                        token(machine, row.getString("token"))))
                .optional();
    }

    private String token(MachineId machine, String sealed) {
        return vault.open(place(machine), sealed)
                .orElseThrow(
                        () -> new MachineUnavailable(
                                "The token of this machine was sealed under a key that is not here any more; connect the machine again."));
    }

    /** Where the token of a machine stands, for the vault. */
    private static String place(MachineId machine) {
        return "slurm " + machine;
    }

    /** @throws MachineUnavailable when it is not connected */
    public MachineConnector machine(MachineId machine) {
        return new SlurmMachine(
                machine,
                new RestCluster(http, json, require(machine), clock),
                partitions,
                jobs,
                place,
                queues,
                missingFor,
                clock);
    }

    private SlurmSite require(MachineId machine) {
        return site(machine).orElseThrow(() -> new MachineUnavailable("This machine's Slurm is not connected."));
    }
}
