package org.aifactory.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation.Cost;
import org.aifactory.access.GivenTable.Part;
import org.aifactory.federation.FactoryId;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Price;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Posting.Voiding;
import org.aifactory.ledger.Unit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What commercial use costs, in the ledger's euro cents. Beside its account of time such an allocation has one of money, and both are
 * always posted to in one call, so that time is never taken without its price nor the other way round.
 *
 * <p>What an allocation owes is the price of all seconds that it was charged, rounded once; a run costs the difference that it makes. All
 * prices are rounded down, so whoever has the seconds has the cents for them: see {@link Price#of}.
 */
@Service
public class CommercialUse {
    private final JdbcClient jdbc;
    private final Ledger ledger;
    private final Machines machines;
    private final GivenTable given;

    CommercialUse(JdbcClient jdbc, Ledger ledger, Machines machines) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.machines = machines;
        this.given = new GivenTable(jdbc, "access.euro_entry");
    }

    /** What an attempt to run comes to, and what is to be posted for it beside its time. */
    public record Bill(long cents, List<Posting> postings) {}

    /** The most that an allocation may cost, what is kept back, what is owed, what is left of it; empty where it costs nothing. */
    public Optional<Balance> balance(Allocation allocation) {
        return allocation.cost().map(cost -> ledger.balance(cost.account()));
    }

    /**
     * What is to be kept back beside a hold on the time of an allocation; empty where it costs nothing.
     *
     * @param entry made by the caller
     */
    public Optional<Posting> hold(Allocation allocation, EntryId entry, Hold time) {
        return allocation.cost().flatMap(cost -> {
            Amount most = cost.price().of(time.amount().value());
            return most.value() == 0
                    ? Optional.empty()
                    : Optional.of(new Hold(
                            entry, cost.account(), book(allocation).owed(), most, time.expires(), time.reason()));
        });
    }

    /**
     * What a run owes that is charged so much now; empty where it costs nothing. The allocation stays locked until the transaction ends,
     * in which the time is charged, since what one run owes follows from all before it.
     *
     * @param hold that {@link #hold} has kept back
     * @param held of the allocation's time
     * @param charged of that
     * @param voiding the entry that frees what was kept back, and {@code charge} the one that gives what is owed
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<Bill> bill(
            Allocation allocation,
            EntryId hold,
            long held,
            long charged,
            EntryId voiding,
            EntryId charge,
            String reason) {
        return allocation.cost().map(cost -> {
            lock(allocation);
            List<Posting> postings = new ArrayList<>();
            if (cost.price().of(held).value() > 0) {
                postings.add(new Voiding(voiding, hold, reason));
            }
            long cents = owedFor(allocation, cost, charged);
            if (cents > 0) {
                postings.add(new Transfer(
                        charge, cost.account(), book(allocation).owed(), new Amount(cents, Unit.EUR_CENT), reason));
            }
            return new Bill(cents, postings);
        });
    }

    /**
     * How many cents more an allocation owes once it is charged so much more time, less where that is negative; nothing where it costs
     * nothing. The allocation stays locked until the transaction ends.
     *
     * @param more in the ledger's unit, not charged yet
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public long owesMore(Allocation allocation, long more) {
        return allocation
                .cost()
                .map(cost -> {
                    lock(allocation);
                    return cost.price()
                                    .of(ledger.balance(allocation.account()).spent() + more)
                                    .value()
                            - ledger.balance(cost.account()).spent();
                })
                .orElse(0L);
    }

    /** What is to be posted for so many cents that are owed more. */
    public Posting charge(Allocation allocation, EntryId entry, long cents, String reason) {
        return new Transfer(
                entry,
                allocation.cost().orElseThrow().account(),
                book(allocation).owed(),
                new Amount(cents, Unit.EUR_CENT),
                reason);
    }

    private long owedFor(Allocation allocation, Cost cost, long charged) {
        long seconds = ledger.balance(allocation.account()).spent() + charged;
        return Math.max(
                0,
                cost.price().of(seconds).value()
                        - ledger.balance(cost.account()).spent());
    }

    private void lock(Allocation allocation) {
        jdbc.sql("select id from access.allocation where id = :id for no key update")
                .param("id", allocation.id().value())
                .query(UUID.class)
                .single();
    }

    /** Opens what an allocation needs to be paid for; part of the transaction that grants it. */
    Cost open(Price price, Partition partition, String project) {
        bookOf(machines.require(partition.machine()).factory());
        Cost cost = new Cost(price, new AccountId(UUID.randomUUID()));
        ledger.open(new Account(cost.account(), Unit.EUR_CENT, "The cost of “" + project + "”", false));
        return cost;
    }

    /** What is to be posted beside so much more time, so that all of it can be paid for. To be noted once it is posted. */
    Optional<Transfer> raise(Allocation allocation, Amount time, String reason) {
        return allocation.cost().flatMap(cost -> {
            long granted = ledger.balance(allocation.account()).granted() + time.value();
            long more = cost.price().of(granted).value()
                    - ledger.balance(cost.account()).granted();
            return more <= 0
                    ? Optional.empty()
                    : Optional.of(new Transfer(
                            new EntryId(UUID.randomUUID()),
                            book(allocation).credit(),
                            cost.account(),
                            new Amount(more, Unit.EUR_CENT),
                            reason));
        });
    }

    void noteGiven(Allocation allocation, Transfer cents) {
        given.add(cents.id(), allocation.id(), cents.amount());
    }

    /**
     * What is to be reversed beside so much time that goes back, so that no more may be owed than what is left costs. To be noted once it
     * is posted.
     */
    List<Part> lower(Allocation allocation, Balance time, long goesBack) {
        return allocation
                .cost()
                .map(cost -> {
                    Balance euros = ledger.balance(cost.account());
                    // Corrections are rounded each by itself, so that a cent more may be spent than the seconds cost.
                    long less = Math.min(
                            euros.granted()
                                    - cost.price().of(time.granted() - goesBack).value(),
                            euros.free());
                    return given.parts(allocation.id(), Math.max(0, less));
                })
                .orElse(List.of());
    }

    void noteReturns(List<Part> parts) {
        parts.forEach(given::noteReturn);
    }

    private record Book(AccountId credit, AccountId owed) {}

    private Book book(Allocation allocation) {
        return jdbc.sql("""
                select book.credit_account, book.owed_account from federation.partition
                  join federation.machine on machine.id = partition.machine
                  join access.euro_book as book on book.factory = machine.factory
                 where partition.id = :partition
                """)
                .param("partition", allocation.partition().value())
                .query((row, number) -> new Book(
                        new AccountId(row.getObject("credit_account", UUID.class)),
                        new AccountId(row.getObject("owed_account", UUID.class))))
                .single();
    }

    private void bookOf(FactoryId factory) {
        Book book = new Book(new AccountId(UUID.randomUUID()), new AccountId(UUID.randomUUID()));
        int added = jdbc.sql("""
                insert into access.euro_book (factory, credit_account, owed_account) values (:factory, :credit, :owed)
                on conflict do nothing
                """)
                .param("factory", factory.value())
                .param("credit", book.credit().value())
                .param("owed", book.owed().value())
                .update();
        if (added == 1) {
            ledger.open(new Account(book.credit(), Unit.EUR_CENT, "What allocations may cost at " + factory, true));
            ledger.open(new Account(book.owed(), Unit.EUR_CENT, "What is owed to " + factory, false));
        }
    }
}
