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
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Pools;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.People;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.web.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whatever is asked in whatever order: what the pool and all allocations have together, spent time included, is what the operator has
 * filled in. A seed that fails fails again.
 */
@PlatformTest
class GrantsPropertyTest {
    private static final int STEPS = 60;
    private static final long FILLED = 3_000;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private TestClock clock;

    @Autowired
    private Allocations allocations;

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
    private TransactionTemplate transaction;

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void time_is_neither_made_nor_lost(long seed) {
        Random random = new Random(seed);
        Partition partition = partitions.cpus(FILLED);
        Client aino = clients.founder("Aino");
        Actor actor = people.actor(Awards.personOf(aino)).orElseThrow();
        String organisation = aino.organisation();
        List<AllocationId> granted = new ArrayList<>();
        List<Hold> running = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            try {
                switch (random.nextInt(8)) {
                    case 0, 1 -> granted.add(apply(actor, organisation, partition, random));
                    case 2 ->
                        one(granted, random)
                                .ifPresent(id -> changes.topUp(
                                        actor,
                                        id,
                                        BigDecimal.valueOf(1 + random.nextInt(400)),
                                        HourUnit.CORE_HOUR,
                                        "More",
                                        Optional.empty()));
                    case 3, 4 ->
                        one(granted, random).ifPresent(id -> running.add(hold(actor, id, 1 + random.nextInt(300))));
                    case 5 ->
                        one(running, random).ifPresent(hold -> {
                            running.remove(hold);
                            settle(hold, random);
                        });
                    case 6 -> one(granted, random).ifPresent(id -> changes.giveBack(actor, id));
                    default -> {
                        clock.forward(Duration.ofDays(random.nextInt(20)));
                        sweep.sweep();
                    }
                }
            } catch (Problem refused) {
                // As it may be; it must only leave nothing behind.
            } catch (org.aifactory.ledger.LedgerException refused) {
                // Likewise.
            }
            assertThat(total(partition, granted))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(FILLED * 3600);
        }
        clock.forward(Duration.ofDays(400));
        running.forEach(hold -> settle(hold, random));
        sweep.sweep();
        granted.forEach(id -> assertThat(allocations.balance(id).free()).isZero());
        assertThat(total(partition, granted)).isEqualTo(FILLED * 3600);
        assertThat(ledger.audit()).isEmpty();
    }

    private long total(Partition partition, List<AllocationId> granted) {
        return pools.balance(partition.id()).free()
                + granted.stream()
                        .map(allocations::balance)
                        .mapToLong(Balance::granted)
                        .sum();
    }

    private AllocationId apply(Actor actor, String organisation, Partition partition, Random random) {
        Map<String, Object> profile = new HashMap<>(Awards.SMALL);
        Application application = applications
                .send(
                        actor,
                        new Wish(
                                UUID.fromString(organisation),
                                partition.slug(),
                                BigDecimal.valueOf(1 + random.nextInt(900)),
                                HourUnit.CORE_HOUR,
                                "playground",
                                1 + random.nextInt(3),
                                new Wish.ProjectWish("Toys", "Play"),
                                false,
                                Map.of(),
                                profile,
                                null))
                .application();
        return allocations.of(actor).stream()
                .filter(allocation -> allocation.application().equals(application.id()))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private Hold hold(Actor actor, AllocationId id, long coreHours) {
        Allocation allocation = allocations.requireUsable(actor, id);
        Hold hold = new Hold(
                new EntryId(UUID.randomUUID()),
                allocation.account(),
                pools.usedAccount(allocation.partition()),
                new Amount(coreHours * 3600, org.aifactory.ledger.Unit.CPU_CORE_SECOND),
                clock.instant().plus(Duration.ofDays(5_000)),
                "run");
        transaction.executeWithoutResult(status -> {
            allocations.commit(allocation, actor.person(), "Toys", hold);
            ledger.post(hold);
        });
        return hold;
    }

    private void settle(Hold hold, Random random) {
        Amount spent = new Amount(
                random.nextLong(hold.amount().value() + 1), hold.amount().unit());
        transaction.executeWithoutResult(status -> {
            allocations.settle(hold.id(), spent);
            ledger.post(new Settlement(new EntryId(UUID.randomUUID()), hold.id(), spent, "ended"));
        });
    }

    private static <T> Optional<T> one(List<T> some, Random random) {
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }
}
