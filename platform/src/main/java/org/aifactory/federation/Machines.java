package org.aifactory.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The machines of the factories, whether they are open, and when they are maintained. */
@Service
public class Machines {
    private static final Duration FURTHEST = Duration.ofDays(3660);

    private final JdbcClient jdbc;
    private final FactStore facts;
    private final Factories factories;
    private final AuditTrail audit;
    private final InstantSource clock;

    Machines(JdbcClient jdbc, FactStore facts, Factories factories, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.facts = facts;
        this.factories = factories;
        this.audit = audit;
        this.clock = clock;
    }

    public List<Machine> all() {
        return jdbc.sql("select * from federation.machine order by name, slug")
                .query((row, number) -> machine(row))
                .list();
    }

    public List<Machine> of(FactoryId factory) {
        return jdbc.sql("select * from federation.machine where factory = :factory order by name, slug")
                .param("factory", factory.value())
                .query((row, number) -> machine(row))
                .list();
    }

    public Machine require(MachineId id) {
        return jdbc.sql("select * from federation.machine where id = :id")
                .param("id", id.value())
                .query((row, number) -> machine(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("machine", id));
    }

    public Machine require(String slug) {
        return named(slug).orElseThrow(() -> Problem.notFound("machine", slug));
    }

    Optional<Machine> named(String slug) {
        return jdbc.sql("select * from federation.machine where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> machine(row))
                .optional();
    }

    void connect(MachineId id, Connection connection) {
        jdbc.sql("update federation.machine set connection = :connection where id = :id")
                .param("connection", connection.name())
                .param("id", id.value())
                .update();
    }

    @Transactional
    public void setOpen(Actor actor, MachineId id, boolean open) {
        Factory factory = requireMayOperate(actor, id);
        int changed = jdbc.sql("update federation.machine set open = :open where id = :id and open <> :open")
                .param("open", open)
                .param("id", id.value())
                .update();
        if (changed == 1) {
            audit.record(
                    actor.person(),
                    factory.operator().orElse(null),
                    open ? "machine.opened" : "machine.closed",
                    "machine " + id,
                    Map.of());
        }
    }

    /** Windows that are not over, soonest first. */
    public List<Maintenance> maintenance(MachineId machine) {
        return jdbc.sql("""
                select * from federation.maintenance where machine = :machine and until > :now order by from_at, id
                """)
                .param("machine", machine.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, number) -> maintenance(row))
                .list();
    }

    /** The same of all machines. */
    List<Maintenance> maintenance() {
        return jdbc.sql("select * from federation.maintenance where until > :now order by from_at, id")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, number) -> maintenance(row))
                .list();
    }

    private static Maintenance maintenance(ResultSet row) throws SQLException {
        return new Maintenance(
                row.getObject("id", UUID.class),
                new MachineId(row.getObject("machine", UUID.class)),
                Columns.instant(row, "from_at"),
                Columns.instant(row, "until"),
                row.getString("reason"));
    }

    @Transactional
    public Maintenance plan(Actor actor, MachineId machine, Instant from, Instant until, String reason) {
        Factory factory = requireMayOperate(actor, machine);
        if (!until.isAfter(from)) {
            throw Problem.invalid("until", "federation.fault.ends-after");
        }
        if (!until.isAfter(clock.instant())) {
            throw Problem.invalid("until", "federation.fault.over");
        }
        if (from.isBefore(clock.instant().minus(FURTHEST))
                || until.isAfter(clock.instant().plus(FURTHEST))) {
            throw Problem.invalid("from", "federation.fault.too-far", FURTHEST.toDays());
        }
        Maintenance planned = new Maintenance(UUID.randomUUID(), machine, from, until, reason.strip());
        jdbc.sql("""
                insert into federation.maintenance (id, machine, from_at, until, reason)
                values (:id, :machine, :from, :until, :reason)
                """)
                .param("id", planned.id())
                .param("machine", machine.value())
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("until", until.atOffset(ZoneOffset.UTC))
                .param("reason", planned.reason())
                .update();
        audit.record(
                actor.person(),
                factory.operator().orElse(null),
                "machine.maintenance-planned",
                "machine " + machine,
                Map.of("maintenance", planned.id(), "from", from.toString(), "until", until.toString()));
        return planned;
    }

    @Transactional
    public void cancelMaintenance(Actor actor, MachineId machine, UUID maintenance) {
        Factory factory = requireMayOperate(actor, machine);
        int deleted = jdbc.sql("delete from federation.maintenance where id = :id and machine = :machine")
                .param("id", maintenance)
                .param("machine", machine.value())
                .update();
        if (deleted == 0) {
            throw Problem.notFound("maintenance", maintenance);
        }
        audit.record(
                actor.person(),
                factory.operator().orElse(null),
                "machine.maintenance-cancelled",
                "machine " + machine,
                Map.of("maintenance", maintenance));
    }

    /** @throws Problem where they do not */
    public Factory requireMayOperate(Actor actor, MachineId id) {
        Factory factory = factories.require(require(id).factory());
        factories.requireMayOperate(actor, factory);
        return factory;
    }

    /** Adds a machine that is not there yet, by its slug; whether it is open stays as operators have set it. */
    MachineId enter(Machine machine) {
        return jdbc.sql("""
                insert into federation.machine (id, factory, slug, name, connection, open, facts)
                values (:id, :factory, :slug, :name, :connection, :open, :facts::jsonb)
                on conflict (slug) do update set name = excluded.name, facts = excluded.facts
                returning id
                """)
                .param("id", machine.id().value())
                .param("factory", machine.factory().value())
                .param("slug", machine.slug())
                .param("name", machine.name())
                .param("connection", machine.connection().name())
                .param("open", machine.open())
                .param("facts", facts.write(machine.facts()))
                .query((row, number) -> new MachineId(row.getObject("id", UUID.class)))
                .single();
    }

    private Machine machine(ResultSet row) throws SQLException {
        return new Machine(
                new MachineId(row.getObject("id", UUID.class)),
                new FactoryId(row.getObject("factory", UUID.class)),
                row.getString("slug"),
                row.getString("name"),
                Connection.valueOf(row.getString("connection")),
                row.getBoolean("open"),
                facts.read(row.getString("facts")));
    }
}
