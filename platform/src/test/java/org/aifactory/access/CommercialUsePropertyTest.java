package org.aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.CommercialUse.Bill;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Price;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.People;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whatever is asked in whatever order: what an allocation owes is the price of the seconds that it was charged, is the sum of its bills,
 * and is never more than it may cost; and whoever has the seconds has the cents. A seed that fails fails again.
 */
@PlatformTest
class CommercialUsePropertyTest {
    private static final int STEPS = 60;
    private static final long FILLED = 15_000;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private TestClock clock;

    @Autowired
    private Allocations allocations;

    @Autowired
    private CommercialUse commercialUse;

    @Autowired
    private Applications applications;

    @Autowired
    private Changes changes;

    @Autowired
    private AccessSweep sweep;

    @Autowired
    private Pools pools;

    @Autowired
    private Ledger ledger;

    @Autowired
    private People people;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private TransactionTemplate transaction;

    private final Map<AllocationId, Long> billed = new HashMap<>();

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    /** A run as far as money and time see it. */
    private record Running(AllocationId allocation, Hold time, EntryId euros) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_is_owed_is_the_price_of_what_was_charged(long seed) {
        Random random = new Random(seed);
        Partition partition = partitions.priced(FILLED, 1 + random.nextInt(seed % 2 == 0 ? 20 : 2_000));
        Client aino = clients.founder("Aino");
        Actor actor = people.actor(Awards.personOf(aino)).orElseThrow();
        List<AllocationId> granted = new ArrayList<>(List.of(apply(actor, aino.organisation(), partition, random)));
        List<Running> running = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            try {
                switch (random.nextInt(10)) {
                    case 0 -> granted.add(apply(actor, aino.organisation(), partition, random));
                    case 1 ->
                        changes.topUp(actor, one(granted, random), hours(random), HourUnit.CORE_HOUR, "More", none());
                    case 2, 3, 4, 5 -> running.add(hold(actor, one(granted, random), random));
                    case 6, 7, 8 -> {
                        if (!running.isEmpty()) {
                            settle(running.remove(random.nextInt(running.size())), random);
                        }
                    }
                    default -> {
                        if (random.nextInt(4) == 0) {
                            changes.giveBack(actor, one(granted, random));
                        } else {
                            clock.forward(Duration.ofDays(random.nextInt(10)));
                            sweep.sweep();
                        }
                    }
                }
            } catch (Problem refused) {
                // As it may be; it must only leave nothing behind.
            }
            granted.forEach(id -> requireBooked(id, seed));
        }
        running.forEach(run -> settle(run, random));
        clock.forward(Duration.ofDays(400));
        sweep.sweep();
        granted.forEach(id -> requireBooked(id, seed));
        long owed = granted.stream().mapToLong(id -> euros(id).spent()).sum();
        assertThat(ledger.balance(owedAccount(partition)).granted())
                .isEqualTo(owed)
                .isPositive();
        granted.forEach(id -> assertThat(euros(id).free()).isZero());
        assertThat(ledger.audit()).isEmpty();
    }

    private void requireBooked(AllocationId id, long seed) {
        Allocation allocation = allocations.require(id);
        Balance time = ledger.balance(allocation.account());
        Balance euros = euros(id);
        Price price = allocation.cost().orElseThrow().price();
        assertThat(euros.spent())
                .as("seed %d: %s, %s", seed, time, euros)
                .isEqualTo(price.of(time.spent()).value())
                .isEqualTo(billed.getOrDefault(id, 0L))
                .isLessThanOrEqualTo(euros.granted());
        assertThat(euros.granted()).isEqualTo(price.of(time.granted()).value());
        assertThat(euros.free()).isNotNegative();
    }

    private Balance euros(AllocationId id) {
        return commercialUse.balance(allocations.require(id)).orElseThrow();
    }

    private AccountId owedAccount(Partition partition) {
        return new AccountId(sql.sql("""
                select owed_account from access.euro_book join federation.machine using (factory) where machine.id = :machine
                """)
                .param("machine", partition.machine().value())
                .query(UUID.class)
                .single());
    }

    private AllocationId apply(Actor actor, String organisation, Partition partition, Random random) {
        Application application = applications
                .send(
                        actor,
                        new Wish(
                                UUID.fromString(organisation),
                                partition.slug(),
                                hours(random),
                                HourUnit.CORE_HOUR,
                                "playground",
                                1 + random.nextInt(3),
                                new Wish.ProjectWish("Toys", "Play"),
                                true,
                                Map.of(),
                                new HashMap<>(Awards.SMALL),
                                null))
                .application();
        return allocations.of(application.id()).orElseThrow().id();
    }

    /** Often not a whole number of cents' worth, and small enough that many round down to nothing. */
    private static BigDecimal hours(Random random) {
        return BigDecimal.valueOf(1 + random.nextInt(400_000), 4);
    }

    /** Whoever has so many seconds free is never refused for want of cents: a refusal of the ledger fails the test. */
    private Running hold(Actor actor, AllocationId id, Random random) {
        Allocation allocation = allocations.requireUsable(actor, id);
        long free = allocations.balance(id).free();
        if (free <= 0) {
            throw Problem.notFound("time", id);
        }
        long most = random.nextInt(3) == 0 ? free : Math.min(free, 1 + random.nextInt(2_000));
        Hold time = new Hold(
                new EntryId(UUID.randomUUID()),
                allocation.account(),
                pools.usedAccount(allocation.partition()),
                new Amount(most, Unit.CPU_CORE_SECOND),
                clock.instant().plus(Duration.ofDays(5_000)),
                "run");
        EntryId euros = new EntryId(UUID.randomUUID());
        transaction.executeWithoutResult(status -> {
            allocations.commit(allocation, actor.person(), "Toys", time);
            List<Posting> holds = new ArrayList<>(List.of(time));
            commercialUse.hold(allocation, euros, time).ifPresent(holds::add);
            ledger.post(holds);
        });
        return new Running(id, time, euros);
    }

    private void settle(Running run, Random random) {
        long held = run.time().amount().value();
        Amount charged =
                new Amount(random.nextLong(held + 1), run.time().amount().unit());
        transaction.executeWithoutResult(status -> {
            allocations.settle(run.time().id(), charged);
            Bill bill = commercialUse
                    .bill(
                            allocations.require(run.allocation()),
                            run.euros(),
                            held,
                            charged.value(),
                            new EntryId(UUID.randomUUID()),
                            new EntryId(UUID.randomUUID()),
                            "ended")
                    .orElseThrow();
            List<Posting> postings = new ArrayList<>(List.of(
                    new Settlement(new EntryId(UUID.randomUUID()), run.time().id(), charged, "ended")));
            postings.addAll(bill.postings());
            ledger.post(postings);
            billed.merge(run.allocation(), bill.cents(), Long::sum);
        });
    }

    private static <T> T one(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    private static Optional<UUID> none() {
        return Optional.empty();
    }
}
