package org.aifactory.access;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Unit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger's entries that gave something to allocations, and how much of each went back. */
final class GivenTable {
    private final JdbcClient jdbc;
    private final String table;

    /** @param table with the columns of {@code access.grant_entry} */
    GivenTable(JdbcClient jdbc, String table) {
        this.jdbc = jdbc;
        this.table = table;
    }

    /** @param reversal the entry that takes it back */
    record Part(EntryId entry, long amount, EntryId reversal) {
        Part(EntryId entry, long amount) {
            this(entry, amount, new EntryId(UUID.randomUUID()));
        }

        Posting posting(Unit unit, String reason) {
            return new Reversal(reversal, entry, new Amount(amount, unit), reason);
        }
    }

    void add(EntryId entry, AllocationId allocation, Amount amount) {
        jdbc.sql("insert into " + table + " (entry, allocation, amount) values (:entry, :allocation, :amount)")
                .param("entry", entry.value())
                .param("allocation", allocation.value())
                .param("amount", amount.value())
                .update();
    }

    /** What is to be reversed so that so much goes back: the last that was given first, each no further than it still gives. */
    List<Part> parts(AllocationId allocation, long amount) {
        return lastFirst(given(allocation), amount);
    }

    /** @param givings the last first */
    static List<Part> lastFirst(List<Part> givings, long amount) {
        List<Part> parts = new ArrayList<>();
        long left = amount;
        for (Part given : givings) {
            long part = Math.min(left, given.amount());
            if (part > 0) {
                parts.add(new Part(given.entry(), part));
            }
            left -= part;
        }
        return parts;
    }

    private List<Part> given(AllocationId allocation) {
        return jdbc.sql("select entry, amount - returned as given from " + table
                        + " where allocation = :allocation order by number desc")
                .param("allocation", allocation.value())
                .query((row, number) -> new Part(new EntryId(row.getObject("entry", UUID.class)), row.getLong("given")))
                .list();
    }

    void noteReturn(Part part) {
        jdbc.sql("update " + table + " set returned = returned + :amount where entry = :entry")
                .param("amount", part.amount())
                .param("entry", part.entry().value())
                .update();
    }
}
