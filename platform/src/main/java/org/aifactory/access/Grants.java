package org.aifactory.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation.Cost;
import org.aifactory.access.GivenTable.Part;
import org.aifactory.federation.EntryWords;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Pools.Draw;
import org.aifactory.federation.Price;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Refusal;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves time between the pools of partitions and allocations, and nowhere else; with it goes what may be owed for it. Everything here
 * belongs to the transaction of the decision that leads to it.
 */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Grants {
    private static final int ATTEMPTS = 3;

    private final GivenTable given;
    private final FunderParts funders;
    private final Ledger ledger;
    private final Partitions partitions;
    private final Pools pools;
    private final Allocations allocations;
    private final CommercialUse commercialUse;
    private final EntryWords entryWords;

    Grants(
            JdbcClient jdbc,
            Ledger ledger,
            Partitions partitions,
            Pools pools,
            Allocations allocations,
            CommercialUse commercialUse,
            EntryWords entryWords) {
        this.given = new GivenTable(jdbc, "access.grant_entry");
        this.funders = new FunderParts(jdbc);
        this.ledger = ledger;
        this.partitions = partitions;
        this.pools = pools;
        this.allocations = allocations;
        this.commercialUse = commercialUse;
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
                application.commercial(),
                application.commercial() ? Optional.of(cost(application)) : Optional.empty());
        ledger.open(new Account(
                allocation.account(), amount.unit(), "The allocation “" + allocation.project() + "”", false));
        allocations.add(allocation);
        give(allocation, amount, Message.of("access.entry.granted", Long.toString(application.number())));
        return allocation;
    }

    private Cost cost(Application application) {
        Partition partition = partitions.require(application.partition());
        Price price = partition
                .price()
                .orElseThrow(() -> Problem.of(
                        ProblemType.AGAINST_RULES, Message.of("access.commercial.no-price", partition.name())));
        return commercialUse.open(price, partition, application.project().title());
    }

    /**
     * Adds to an allocation, from all whose time the partition has to give.
     *
     * @throws Problem when the pool has not so much
     */
    void give(Allocation allocation, Amount amount, Message reason) {
        for (int attempt = 1; ; attempt++) {
            Map<Transfer, Draw> time = new LinkedHashMap<>();
            pools.draws(allocation.partition(), amount.value())
                    .forEach(draw -> time.put(transfer(draw, allocation, amount.unit(), reason), draw));
            List<Posting> postings = new ArrayList<>(time.keySet());
            Optional<Transfer> cents = commercialUse.raise(allocation, amount, reason.inEnglish());
            cents.ifPresent(postings::add);
            try {
                ledger.post(postings);
            } catch (LedgerException refused) {
                if (refused.refusal() != Refusal.NOT_ENOUGH) {
                    throw refused;
                }
                // Somebody was faster at one of the accounts. The refusal has locked them, so what is read next stays
                // true.
                if (attempt < ATTEMPTS && pools.balance(allocation.partition()).free() >= amount.value()) {
                    continue;
                }
                throw poolTooSmall(allocation.partition(), amount);
            }
            time.forEach((posted, draw) -> {
                entryWords.keep(posted.id(), reason);
                given.add(posted.id(), allocation.id(), posted.amount());
                draw.funder().ifPresent(funder -> funders.note(posted.id(), funder));
            });
            cents.ifPresent(posted -> commercialUse.noteGiven(allocation, posted));
            return;
        }
    }

    private static Transfer transfer(Draw draw, Allocation allocation, Unit unit, Message reason) {
        return new Transfer(
                new EntryId(UUID.randomUUID()),
                draw.account(),
                allocation.account(),
                new Amount(draw.amount(), unit),
                reason.inEnglish());
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
            Balance balance = ledger.balance(allocation.account());
            Amount amount = new Amount(Math.max(0, balance.free()), balance.unit());
            List<Part> time = funders.parts(allocation.id(), amount.value());
            List<Part> cents = commercialUse.lower(allocation, balance, amount.value());
            List<Posting> postings = new ArrayList<>();
            time.forEach(part -> postings.add(part.posting(amount.unit(), reason.inEnglish())));
            cents.forEach(part -> postings.add(part.posting(Unit.EUR_CENT, reason.inEnglish())));
            try {
                ledger.post(postings);
            } catch (LedgerException refused) {
                // Something was held meanwhile. The refusal has locked the account, so the next balance stays true.
                if (refused.refusal() == Refusal.NOT_ENOUGH && attempt < ATTEMPTS) {
                    continue;
                }
                throw refused;
            }
            time.forEach(given::noteReturn);
            time.forEach(part -> entryWords.keep(part.reversal(), reason));
            commercialUse.noteReturns(cents);
            return amount;
        }
    }
}
