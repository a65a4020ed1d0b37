package org.aifactory.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.federation.EntryWords;
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
import org.aifactory.web.Message;
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
    private final EntryWords entryWords;

    Grants(
            JdbcClient jdbc,
            Ledger ledger,
            Partitions partitions,
            Pools pools,
            Allocations allocations,
            EntryWords entryWords) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.partitions = partitions;
        this.pools = pools;
        this.allocations = allocations;
        this.entryWords = entryWords;
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
        give(allocation, amount, Message.of("access.entry.granted", Long.toString(application.number())));
        return allocation;
    }

    /**
     * Adds to an allocation.
     *
     * @throws Problem when the pool has not so much
     */
    void give(Allocation allocation, Amount amount, Message reason) {
        EntryId entry = new EntryId(UUID.randomUUID());
        AccountId pool = pools.accountOf(allocation.partition());
        try {
            ledger.post(new Transfer(entry, pool, allocation.account(), amount, reason.inEnglish()));
        } catch (LedgerException refused) {
            throw refused.refusal() == Refusal.NOT_ENOUGH ? poolTooSmall(allocation.partition(), amount) : refused;
        }
        entryWords.keep(entry, reason);
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
                        Message.of(
                                "access.pool.too-small",
                                partition.name(),
                                Wording.time(partition, free),
                                Wording.time(partition, asked.value())))
                .with(Map.of(
                        "free", free,
                        "asked", asked.value(),
                        "unit", asked.unit(),
                        "freeHours", partition.inAllUnits(free)));
    }

    /** Gives what is free of an allocation back to its pool; says how much that was. What is held stays until it is settled. */
    Amount giveBack(Allocation allocation, Message reason) {
        for (int attempt = 1; ; attempt++) {
            long free = ledger.balance(allocation.account()).free();
            Amount amount = new Amount(
                    Math.max(0, free),
                    partitions.require(allocation.partition()).unit());
            List<Part> parts = parts(allocation.id(), amount.value());
            try {
                ledger.post(parts.stream()
                        .map(part -> (Posting) new Reversal(
                                part.reversal(),
                                part.entry(),
                                new Amount(part.amount(), amount.unit()),
                                reason.inEnglish()))
                        .toList());
            } catch (LedgerException refused) {
                // Something was held meanwhile. The refusal has locked the account, so the next balance stays true.
                if (refused.refusal() == Refusal.NOT_ENOUGH && attempt < ATTEMPTS) {
                    continue;
                }
                throw refused;
            }
            parts.forEach(part -> noteReturn(part, reason));
            return amount;
        }
    }

    /** @param reversal the entry that takes it back */
    private record Part(EntryId entry, long amount, EntryId reversal) {
        Part(EntryId entry, long amount) {
            this(entry, amount, new EntryId(UUID.randomUUID()));
        }
    }

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

    private void noteReturn(Part part, Message reason) {
        entryWords.keep(part.reversal(), reason);
        jdbc.sql("update access.grant_entry set returned = returned + :amount where entry = :entry")
                .param("amount", part.amount())
                .param("entry", part.entry().value())
                .update();
    }
}
