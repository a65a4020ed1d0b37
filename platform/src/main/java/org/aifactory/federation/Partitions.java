package org.aifactory.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Ledger;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The partitions of the machines: what is granted, priced, opened and closed. */
@Service
public class Partitions {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final JdbcClient jdbc;
    private final FactStore facts;
    private final Machines machines;
    private final Factories factories;
    private final Ledger ledger;
    private final AuditTrail audit;

    Partitions(
            JdbcClient jdbc, FactStore facts, Machines machines, Factories factories, Ledger ledger, AuditTrail audit) {
        this.jdbc = jdbc;
        this.facts = facts;
        this.machines = machines;
        this.factories = factories;
        this.ledger = ledger;
        this.audit = audit;
    }

    public List<Partition> all() {
        return jdbc.sql("select * from federation.partition order by name, slug")
                .query((row, number) -> partition(row))
                .list();
    }

    public List<Partition> of(MachineId machine) {
        return jdbc.sql("select * from federation.partition where machine = :machine order by name, slug")
                .param("machine", machine.value())
                .query((row, number) -> partition(row))
                .list();
    }

    public Partition require(PartitionId id) {
        return find(id).orElseThrow(() -> Problem.notFound("partition", id));
    }

    public Optional<Partition> find(PartitionId id) {
        return jdbc.sql("select * from federation.partition where id = :id")
                .param("id", id.value())
                .query((row, number) -> partition(row))
                .optional();
    }

    public Optional<Partition> named(String slug) {
        return jdbc.sql("select * from federation.partition where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> partition(row))
                .optional();
    }

    /**
     * The partition that people call so.
     *
     * @param slugOrId as a request names it
     * @throws Problem when there is none
     */
    public Partition require(String slugOrId) {
        return named(slugOrId)
                .or(() -> isId(slugOrId) ? find(new PartitionId(UUID.fromString(slugOrId))) : Optional.empty())
                .orElseThrow(() -> Problem.notFound("partition", slugOrId));
    }

    private static boolean isId(String text) {
        return UUID_FORM.matcher(text).matches();
    }

    /**
     * A partition on which jobs may be submitted now.
     *
     * @throws Problem when it or its machine is closed, or the platform has no way to it
     */
    public Partition requireOpen(PartitionId id) {
        Partition partition = require(id);
        Machine machine = machines.require(partition.machine());
        if (machine.connection() == Machine.Connection.NONE) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.refused.not-connected", machine.name());
        }
        if (!partition.open() || !machine.open()) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.refused.closed", partition.name(), machine.name());
        }
        return partition;
    }

    /** Who operates the factory that a partition belongs to. */
    public Optional<OrganisationId> operatorOf(PartitionId id) {
        return factory(require(id)).operator();
    }

    /** Whether the person may open, close and price the partition, and fill its pool. */
    public boolean mayOperate(Actor actor, Partition partition) {
        return factories.mayOperate(actor, factory(partition));
    }

    @Transactional
    public void setOpen(Actor actor, PartitionId id, boolean open) {
        Factory factory = requireMayOperate(actor, id);
        int changed = jdbc.sql("update federation.partition set open = :open where id = :id and open <> :open")
                .param("open", open)
                .param("id", id.value())
                .update();
        if (changed == 1) {
            audit.record(
                    actor.person(),
                    factory.operator().orElse(null),
                    open ? "partition.opened" : "partition.closed",
                    "partition " + id,
                    Map.of());
        }
    }

    /**
     * Sets on which terms the partition is used.
     *
     * @param maxWallTime the longest that a job may run; empty for no limit
     * @param priceCents of an hour of commercial use; empty where there is none
     */
    @Transactional
    public void setTerms(Actor actor, PartitionId id, Optional<Duration> maxWallTime, Optional<Long> priceCents) {
        Factory factory = requireMayOperate(actor, id);
        jdbc.sql("update federation.partition set max_wall_seconds = :wall, price_cents = :price where id = :id")
                .param("wall", maxWallTime.map(Duration::toSeconds).orElse(null), Types.BIGINT)
                .param("price", priceCents.orElse(null), Types.BIGINT)
                .param("id", id.value())
                .update();
        Map<String, Object> terms = new HashMap<>();
        maxWallTime.ifPresent(wall -> terms.put("maxWallSeconds", wall.toSeconds()));
        priceCents.ifPresent(price -> terms.put("priceCents", price));
        audit.record(actor.person(), factory.operator().orElse(null), "partition.terms-set", "partition " + id, terms);
    }

    Factory requireMayOperate(Actor actor, PartitionId id) {
        return machines.requireMayOperate(actor, require(id).machine());
    }

    /** Whose machine it is of. */
    public Factory factory(Partition partition) {
        return factories.require(machines.require(partition.machine()).factory());
    }

    /** Adds a partition that is not there yet, by its slug, with its accounts; what operators have set stays. */
    PartitionId enter(Partition partition) {
        Optional<Partition> known = named(partition.slug());
        if (known.isPresent()) {
            update(known.get().id(), partition);
            return known.get().id();
        }
        AccountId supply = open(partition, "supply of", true);
        AccountId pool = open(partition, "pool of", false);
        AccountId used = open(partition, "used on", false);
        jdbc.sql("""
                insert into federation.partition (id, machine, slug, name, kind, gpus_per_node, cores_per_node, memory_per_node, nodes,
                       max_wall_seconds, open, price_cents, facts, supply_account, pool_account, used_account)
                values (:id, :machine, :slug, :name, :kind, :gpus, :cores, :memory, :nodes,
                       :wall, :open, :price, :facts::jsonb, :supply, :pool, :used)
                """)
                .param("id", partition.id().value())
                .param("machine", partition.machine().value())
                .param("slug", partition.slug())
                .param("name", partition.name())
                .param("kind", partition.kind().name())
                .param("gpus", partition.gpusPerNode())
                .param("cores", partition.coresPerNode())
                .param("memory", partition.memoryPerNode())
                .param("nodes", partition.nodes())
                .param("wall", partition.maxWallTime().map(Duration::toSeconds).orElse(null), Types.BIGINT)
                .param("open", partition.open())
                .param("price", partition.priceCents().orElse(null), Types.BIGINT)
                .param("facts", facts.write(partition.facts()))
                .param("supply", supply.value())
                .param("pool", pool.value())
                .param("used", used.value())
                .update();
        return partition.id();
    }

    /** The kind stays: the ledger counts by it. */
    private void update(PartitionId id, Partition partition) {
        jdbc.sql("""
                update federation.partition
                   set name = :name, gpus_per_node = :gpus, cores_per_node = :cores, memory_per_node = :memory, nodes = :nodes,
                       facts = :facts::jsonb
                 where id = :id and kind = :kind
                """)
                .param("id", id.value())
                .param("kind", partition.kind().name())
                .param("name", partition.name())
                .param("gpus", partition.gpusPerNode())
                .param("cores", partition.coresPerNode())
                .param("memory", partition.memoryPerNode())
                .param("nodes", partition.nodes())
                .param("facts", facts.write(partition.facts()))
                .update();
    }

    private AccountId open(Partition partition, String what, boolean mayOverdraw) {
        AccountId account = new AccountId(UUID.randomUUID());
        ledger.open(new Account(account, partition.unit(), what + " " + partition.slug(), mayOverdraw));
        return account;
    }

    private Partition partition(ResultSet row) throws SQLException {
        return new Partition(
                new PartitionId(row.getObject("id", UUID.class)),
                new MachineId(row.getObject("machine", UUID.class)),
                row.getString("slug"),
                row.getString("name"),
                PartitionKind.valueOf(row.getString("kind")),
                row.getInt("gpus_per_node"),
                row.getInt("cores_per_node"),
                row.getLong("memory_per_node"),
                row.getInt("nodes"),
                Optional.ofNullable(row.getObject("max_wall_seconds", Long.class))
                        .map(Duration::ofSeconds),
                row.getBoolean("open"),
                Optional.ofNullable(row.getObject("price_cents", Long.class)),
                facts.read(row.getString("facts")));
    }
}
