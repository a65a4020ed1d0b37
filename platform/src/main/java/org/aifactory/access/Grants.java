package org.aifactory.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Refusal;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves time between the pools of partitions and allocations, and nowhere else. Everything here belongs to the transaction of the decision
 * that leads to it.
 */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Grants {
    private static final int ATTEMPTS = 3;

    private final JdbcClient jdbc;
    private final Ledger ledger;
    private final Partitions partitions;
    private final Pools pools;
    private final Allocations allocations;
    private final Wording words;

    Grants(JdbcClient jdbc, Ledger ledger, Partitions partitions, Pools pools, Allocations allocations, Wording words) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.partitions = partitions;
        this.pools = pools;
        this.allocations = allocations;
        this.words = words;
    }

    /**
     * Makes an allocation of what was applied for.
     *
     * @throws Problem when the pool has not so much
     */
    Allocation grant(Application application, Amount amount, Instant from, Instant until) {
        Allocation allocation = new Allocation(
                AllocationId.random(),
                application.id(),
                application.organisation(),
                application.project().title(),
                application.mode(),
                application.partition(),
                new AccountId(UUID.randomUUID()),
                from,
                until,
                AllocationState.ACTIVE,
                application.commercial());
        ledger.open(new Account(
                allocation.account(), amount.unit(), "The allocation “" + allocation.project() + "”", false));
        allocations.add(allocation);
        give(allocation, amount, "Application " + application.number() + " was granted.");
        return allocation;
    }

    /**
     * Adds to an allocation.
     *
     * @throws Problem when the pool has not so much
     */
    void give(Allocation allocation, Amount amount, String reason) {
        EntryId entry = new EntryId(UUID.randomUUID());
        AccountId pool = pools.accountOf(allocation.partition());
        try {
            ledger.post(new Transfer(entry, pool, allocation.account(), amount, reason));
        } catch (LedgerException refused) {
            throw refused.refusal() == Refusal.NOT_ENOUGH ? poolTooSmall(allocation.partition(), amount) : refused;
        }
        jdbc.sql("insert into access.grant_entry (entry, allocation, amount) values (:entry, :allocation, :amount)")
                .param("entry", entry.value())
                .param("allocation", allocation.id().value())
                .param("amount", amount.value())
                .update();
    }

    Problem poolTooSmall(PartitionId id, Amount asked) {
        Partition partition = partitions.require(id);
        long free = Math.max(0, pools.balance(id).free());
        return Problem.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        words.say(
                                "access.pool.too-small",
                                partition.name(),
                                words.time(partition, free),
                                words.time(partition, asked.value())))
                .with(Map.of(
                        "free", free,
                        "asked", asked.value(),
                        "unit", asked.unit(),
                        "freeHours", partition.inAllUnits(free)));
    }

    /** Gives what is free of an allocation back to its pool; says how much that was. What is held stays until it is settled. */
    Amount giveBack(Allocation allocation, String reason) {
        for (int attempt = 1; ; attempt++) {
            long free = ledger.balance(allocation.account()).free();
            Amount amount = new Amount(
                    Math.max(0, free),
                    partitions.require(allocation.partition()).unit());
            List<Part> parts = parts(allocation.id(), amount.value());
            try {
                ledger.post(parts.stream()
                        .map(part -> (Posting) new Reversal(
                                new EntryId(UUID.randomUUID()),
                                part.entry(),
                                new Amount(part.amount(), amount.unit()),
                                reason))
                        .toList());
            } catch (LedgerException refused) {
                // Something was held meanwhile. The refusal has locked the account, so the next balance stays true.
                if (refused.refusal() == Refusal.NOT_ENOUGH && attempt < ATTEMPTS) {
                    continue;
                }
                throw refused;
            }
            parts.forEach(this::noteReturn);
            return amount;
        }
    }

    private record Part(EntryId entry, long amount) {}

    /** The last grants first, each no further than it still gives. */
    private List<Part> parts(AllocationId allocation, long amount) {
        List<Part> parts = new ArrayList<>();
        long left = amount;
        for (Part grant : given(allocation)) {
            long part = Math.min(left, grant.amount());
            if (part > 0) {
                parts.add(new Part(grant.entry(), part));
            }
            left -= part;
        }
        return parts;
    }

    private List<Part> given(AllocationId allocation) {
        return jdbc.sql("""
                select entry, amount - returned as given from access.grant_entry where allocation = :allocation order by number desc
                """)
                .param("allocation", allocation.value())
                .query((row, number) -> new Part(new EntryId(row.getObject("entry", UUID.class)), row.getLong("given")))
                .list();
    }

    private void noteReturn(Part part) {
        jdbc.sql("update access.grant_entry set returned = returned + :amount where entry = :entry")
                .param("amount", part.amount())
                .param("entry", part.entry().value())
                .update();
    }
}
