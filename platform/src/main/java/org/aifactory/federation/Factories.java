package org.aifactory.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The factories, and who operates them. What is known of a factory, everybody may know. */
@Service
public class Factories {
    private final JdbcClient jdbc;
    private final FactStore facts;
    private final Organisations organisations;
    private final AuditTrail audit;

    Factories(JdbcClient jdbc, FactStore facts, Organisations organisations, AuditTrail audit) {
        this.jdbc = jdbc;
        this.facts = facts;
        this.organisations = organisations;
        this.audit = audit;
    }

    public List<Factory> all() {
        return jdbc.sql("select * from federation.factory order by name, slug")
                .query((row, number) -> factory(row))
                .list();
    }

    public Factory require(FactoryId id) {
        return jdbc.sql("select * from federation.factory where id = :id")
                .param("id", id.value())
                .query((row, number) -> factory(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("factory", id));
    }

    public Optional<Factory> named(String slug) {
        return jdbc.sql("select * from federation.factory where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> factory(row))
                .optional();
    }

    /** Whether the person may open and close what the factory has, and fill its pools. */
    public boolean mayOperate(Actor actor, Factory factory) {
        return factory.operator().map(actor::mayChange).orElseGet(() -> actor.has(Duty.ADMINISTRATOR));
    }

    void requireMayOperate(Actor actor, Factory factory) {
        if (!mayOperate(actor, factory)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "federation.refused.only-operator", factory.name());
        }
    }

    /** An administrator says which organisation operates a factory. */
    @Transactional
    public void giveTo(Actor actor, FactoryId id, OrganisationId operator) {
        requireAdministrator(actor);
        boolean isFactory = organisations
                .find(operator)
                .filter(organisation -> organisation.kind() == OrganisationKind.FACTORY)
                .isPresent();
        if (!isFactory) {
            throw Problem.invalid("organisation", "federation.fault.operator-kind");
        }
        assign(actor, require(id), operator);
    }

    /** An administrator founds the organisation that operates a factory, as its first owner. */
    @Transactional
    public OrganisationId foundOperator(Actor actor, FactoryId id, String name, String country) {
        requireAdministrator(actor);
        Factory factory = require(id);
        OrganisationId operator = organisations.found(actor.person(), name, OrganisationKind.FACTORY, country);
        assign(actor, factory, operator);
        return operator;
    }

    /** Names who operates a factory that nobody operates yet: what the platform does by itself when it is set up. */
    @Transactional
    public void giveUnoperated(FactoryId id, OrganisationId operator) {
        int given = jdbc.sql("update federation.factory set operator = :operator where id = :id and operator is null")
                .param("operator", operator.value())
                .param("id", id.value())
                .update();
        if (given == 1) {
            audit.record(
                    null,
                    operator,
                    "factory.operator-named",
                    "factory " + id,
                    Map.of("factory", require(id).name()));
        }
    }

    private void assign(Actor actor, Factory factory, OrganisationId operator) {
        jdbc.sql("update federation.factory set operator = :operator where id = :id")
                .param("operator", operator.value())
                .param("id", factory.id().value())
                .update();
        audit.record(
                actor.person(),
                operator,
                "factory.operator-named",
                "factory " + factory.id(),
                Map.of("factory", factory.name()));
    }

    private static void requireAdministrator(Actor actor) {
        if (!actor.has(Duty.ADMINISTRATOR)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "federation.refused.names-operator");
        }
    }

    /**
     * Adds a factory that is new, as a programme has chosen it. Who may do that, the caller decides.
     *
     * @throws Problem that another has the slug
     */
    @Transactional
    public FactoryId found(Actor actor, Factory factory) {
        int added = jdbc.sql("""
                insert into federation.factory (id, slug, name, operator, host, city, country, facts)
                values (:id, :slug, :name, :operator, :host, :city, :country, '[]')
                on conflict (slug) do nothing
                """)
                .param("id", factory.id().value())
                .param("slug", factory.slug())
                .param("name", factory.name())
                .param("operator", factory.operator().map(OrganisationId::value).orElse(null), Types.OTHER)
                .param("host", factory.host())
                .param("city", factory.city())
                .param("country", factory.country().orElse(null), Types.VARCHAR)
                .update();
        if (added == 0) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "federation.refused.slug", factory.slug());
        }
        audit.record(
                actor.person(),
                factory.operator().orElse(null),
                "factory.founded",
                "factory " + factory.id(),
                Map.of("factory", factory.name()));
        return factory.id();
    }

    /** Adds a factory that is not there yet, by its slug; what operators have changed since is left alone. */
    FactoryId enter(Factory factory) {
        jdbc.sql("""
                insert into federation.factory (id, slug, name, operator, host, city, country, facts)
                values (:id, :slug, :name, :operator, :host, :city, :country, :facts::jsonb)
                on conflict (slug) do update set name = excluded.name, host = excluded.host, city = excluded.city,
                       country = excluded.country, facts = excluded.facts
                """)
                .param("id", factory.id().value())
                .param("slug", factory.slug())
                .param("name", factory.name())
                .param("operator", factory.operator().map(OrganisationId::value).orElse(null), Types.OTHER)
                .param("host", factory.host())
                .param("city", factory.city())
                .param("country", factory.country().orElse(null), Types.VARCHAR)
                .param("facts", facts.write(factory.facts()))
                .update();
        return named(factory.slug()).orElseThrow().id();
    }

    private Factory factory(ResultSet row) throws SQLException {
        return new Factory(
                new FactoryId(row.getObject("id", UUID.class)),
                row.getString("slug"),
                row.getString("name"),
                Columns.optionalUuid(row, "operator").map(OrganisationId::new),
                row.getString("host"),
                row.getString("city"),
                Optional.ofNullable(row.getString("country")),
                facts.read(row.getString("facts")));
    }
}
