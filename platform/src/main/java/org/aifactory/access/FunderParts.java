package org.aifactory.access;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.access.GivenTable.Part;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Portions;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whose time allocations were given. Each second that is used is of all of them, in proportion to what they have given; so what is not used
 * goes back to all of them, in the same.
 */
final class FunderParts {
    private final JdbcClient jdbc;

    FunderParts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void note(EntryId entry, String funder) {
        jdbc.sql("update access.grant_entry set funder = :funder where entry = :entry")
                .param("funder", funder)
                .param("entry", entry.value())
                .update();
    }

    /** What is to be reversed so that so much goes back: of each funder the last that was given first. */
    List<Part> parts(AllocationId allocation, long amount) {
        Map<String, List<Part>> byFunder = new LinkedHashMap<>();
        jdbc.sql("""
                select coalesce(funder, '') as funder, entry, amount - returned as given
                  from access.grant_entry where allocation = :allocation order by number desc
                """).param("allocation", allocation.value()).query(row -> {
            byFunder.computeIfAbsent(row.getString("funder"), any -> new ArrayList<>())
                    .add(new Part(new EntryId(row.getObject("entry", UUID.class)), row.getLong("given")));
        });
        Map<String, Long> given = new LinkedHashMap<>();
        byFunder.forEach((funder, parts) ->
                given.put(funder, parts.stream().mapToLong(Part::amount).sum()));
        long all = given.values().stream().mapToLong(Long::longValue).sum();
        List<Part> back = new ArrayList<>();
        Portions.of(Math.min(amount, all), given)
                .forEach((funder, portion) ->
                        back.addAll(GivenTable.lastFirst(byFunder.getOrDefault(funder, List.of()), portion)));
        return back;
    }
}
