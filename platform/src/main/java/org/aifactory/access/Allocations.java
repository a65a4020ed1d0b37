package org.aifactory.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation.Cost;
import org.aifactory.database.Columns;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Price;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What organisations were granted, and how it may be spent.
 *
 * <p>Whoever spends does all of this in one transaction, in this order, so that locks are always taken in the same one:
 * {@link #requireUsable}, {@link #commit}, then the ledger's hold on the allocation's account. When the hold is settled or voided:
 * {@link #settle}, then the ledger. What {@link CommercialUse} says is posted in the same call of the ledger as the time.
 */
@Service
public class Allocations {
    private final JdbcClient jdbc;
    private final Ledger ledger;
    private final Caps caps;
    private final InstantSource clock;

    Allocations(JdbcClient jdbc, Ledger ledger, Caps caps, InstantSource clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.caps = caps;
        this.clock = clock;
    }

    /** For whoever has asked for the right already. */
    public Allocation require(AllocationId id) {
        return known(id).orElseThrow(() -> Problem.notFound("allocation", id));
    }

    /** @throws Problem that there is no such allocation, where it is not theirs to see */
    public Allocation find(Actor actor, AllocationId id) {
        Allocation allocation = require(id);
        actor.requireMaySee(allocation.organisation(), "allocation", id);
        return allocation;
    }

    /** Those of the person's organisations, the newest first. */
    public List<Allocation> of(Actor actor) {
        List<UUID> organisations = actor.memberships().stream()
                .map(Membership::organisation)
                .map(OrganisationId::value)
                .toList();
        if (organisations.isEmpty()) {
            return List.of();
        }
        return jdbc.sql(
                        "select * from access.allocation where organisation in (:organisations) order by from_at desc, id")
                .param("organisations", organisations)
                .query((row, number) -> allocation(row))
                .list();
    }

    /** All that an organisation was ever granted, the newest first; for whoever has asked for the right already. */
    public List<Allocation> of(OrganisationId organisation) {
        return jdbc.sql("select * from access.allocation where organisation = :organisation order by from_at desc, id")
                .param("organisation", organisation.value())
                .query((row, number) -> allocation(row))
                .list();
    }

    /** What was granted for an application. */
    public Optional<Allocation> of(ApplicationId application) {
        return jdbc.sql("select * from access.allocation where application = :application")
                .param("application", application.value())
                .query((row, number) -> allocation(row))
                .optional();
    }

    /**
     * An allocation that the person may spend now.
     *
     * @throws Problem that says why not
     */
    public Allocation requireUsable(Actor actor, AllocationId id) {
        Allocation allocation = require(id);
        actor.requireMayChange(allocation.organisation(), "allocation", id);
        switch (allocation.state()) {
            case ACTIVE -> requireWithinPeriod(allocation);
            case ENDED -> throw notNow("access.refused.ended", allocation.project(), allocation.until());
            case RETURNED -> throw notNow("access.refused.given-back", allocation.project());
        }
        return allocation;
    }

    private void requireWithinPeriod(Allocation allocation) {
        Instant now = clock.instant();
        if (now.isBefore(allocation.from())) {
            throw notNow("access.refused.begins", allocation.project(), allocation.from());
        }
        if (!now.isBefore(allocation.until())) {
            throw notNow("access.refused.ended", allocation.project(), allocation.until());
        }
    }

    /**
     * Asks whether so much more would stay within the caps of the person and of the project. {@link #commit} asks again, under a lock.
     *
     * @throws Problem that says which cap, and how much of it is left
     */
    public void requireWithinCaps(Actor actor, Allocation allocation, String project, Amount wanted) {
        caps.requireWithin(allocation, actor.person(), project, wanted);
    }

    /**
     * Counts a hold against the caps of the person and of the project; the same hold again changes nothing. Joins the transaction in
     * which the hold is posted, and comes before it.
     *
     * @throws Problem that says which cap it would pass, and how much of it is left
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void commit(Allocation allocation, PersonId person, String project, Hold hold) {
        caps.commit(allocation, person, project, hold);
    }

    /**
     * Says what a hold came to, zero where it was voided; what was held and not spent no longer counts. Joins the transaction in which
     * the hold is settled or voided, and comes before it. A hold that expires needs no word.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void settle(EntryId hold, Amount spent) {
        caps.settle(hold, spent);
    }

    /** Says what a hold that was settled came to in truth; joins the transaction in which the difference is posted, and comes before it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void correct(EntryId hold, Amount spent) {
        caps.correct(hold, spent);
    }

    /**
     * Says that something comes back to an allocation, which may have been closed since; what comes back then goes on to where it came
     * from. Joins the transaction in which it is posted, and comes before it.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void reopenForReturn(AllocationId id) {
        jdbc.sql("update access.allocation set closed_at = null where id = :id and closed_at is not null")
                .param("id", id.value())
                .update();
    }

    public Balance balance(AllocationId id) {
        return ledger.balance(require(id).account());
    }

    Optional<Allocation> known(AllocationId id) {
        return jdbc.sql("select * from access.allocation where id = :id")
                .param("id", id.value())
                .query((row, number) -> allocation(row))
                .optional();
    }

    /** The same, locked until the transaction ends, so that nobody else changes what has been granted. */
    @Transactional(propagation = Propagation.MANDATORY)
    Allocation lock(AllocationId id) {
        return jdbc.sql("select * from access.allocation where id = :id for no key update")
                .param("id", id.value())
                .query((row, number) -> allocation(row))
                .optional()
                .orElseThrow(() -> Problem.notFound("allocation", id));
    }

    void add(Allocation allocation) {
        jdbc.sql("""
                insert into access.allocation
                       (id, application, organisation, project, mode, partition, account, from_at, until, state, commercial,
                        price_cents, euro_account)
                values (:id, :application, :organisation, :project, :mode, :partition, :account, :from, :until, :state, :commercial,
                        :price, :euros)
                """)
                .param("id", allocation.id().value())
                .param("application", allocation.application().value())
                .param("organisation", allocation.organisation().value())
                .param("project", allocation.project())
                .param("mode", allocation.mode())
                .param("partition", allocation.partition().value())
                .param("account", allocation.account().value())
                .param("from", allocation.from().atOffset(ZoneOffset.UTC))
                .param("until", allocation.until().atOffset(ZoneOffset.UTC))
                .param("state", allocation.state().name())
                .param("commercial", allocation.commercial())
                .param(
                        "price",
                        allocation
                                .cost()
                                .map(cost -> cost.price().centsPerHour())
                                .orElse(null),
                        Types.BIGINT)
                .param(
                        "euros",
                        allocation.cost().map(cost -> cost.account().value()).orElse(null),
                        Types.OTHER)
                .update();
    }

    /** Ends an active allocation, which {@link #lock} has locked. */
    void end(Allocation allocation, AllocationState how) {
        jdbc.sql("update access.allocation set state = :state, ended_at = :now where id = :id and state = 'ACTIVE'")
                .param("state", how.name())
                .param("now", now().atOffset(ZoneOffset.UTC))
                .param("id", allocation.id().value())
                .update();
    }

    static Allocation allocation(ResultSet row) throws SQLException {
        return new Allocation(
                new AllocationId(row.getObject("id", UUID.class)),
                new ApplicationId(row.getObject("application", UUID.class)),
                new OrganisationId(row.getObject("organisation", UUID.class)),
                row.getString("project"),
                row.getString("mode"),
                new PartitionId(row.getObject("partition", UUID.class)),
                new AccountId(row.getObject("account", UUID.class)),
                Columns.instant(row, "from_at"),
                Columns.instant(row, "until"),
                AllocationState.valueOf(row.getString("state")),
                row.getBoolean("commercial"),
                cost(row));
    }

    private static Optional<Cost> cost(ResultSet row) throws SQLException {
        UUID account = row.getObject("euro_account", UUID.class);
        return account == null
                ? Optional.empty()
                : Optional.of(new Cost(new Price(row.getLong("price_cents")), new AccountId(account)));
    }

    private static Problem notNow(String key, Object... arguments) {
        return Problem.of(ProblemType.NOT_NOW, key, arguments);
    }

    /** As exact as the database keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
