package org.aifactory.access;

import java.sql.Types;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.federation.Amounts;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The most that each person and each project may spend of an allocation, and what they have spent and hold.
 *
 * <p>People are who they are, but whoever spends says for which project. So that a cap on one is not passed by naming another, an
 * allocation with caps on projects is for those projects and for its own alone; where {@link #EACH} has a cap, for any others as well.
 */
@Component
class Caps {
    /** Stands for each person, or project, that has no cap of their own. */
    static final String EACH = "*";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Caps(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Whom a cap is for. */
    enum Kind {
        PERSON,
        PROJECT;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The column of a commitment that says whom it counts for. */
        private String column() {
            return switch (this) {
                case PERSON -> "person::text";
                case PROJECT -> "project";
            };
        }
    }

    /**
     * A cap.
     *
     * @param subject a person's id, a project's name, or {@link #EACH}
     * @param amount in the unit of the allocation
     */
    record Cap(Kind kind, String subject, long amount) {}

    /** What one person has spent and holds for one project. */
    record Use(PersonId person, String project, long held, long spent) {}

    List<Cap> of(AllocationId allocation) {
        return jdbc.sql(
                        "select kind, subject, amount from access.cap where allocation = :allocation order by kind, subject")
                .param("allocation", allocation.value())
                .query((row, number) ->
                        new Cap(Kind.valueOf(row.getString("kind")), row.getString("subject"), row.getLong("amount")))
                .list();
    }

    /** Replaces the caps. One below what has been spent already forbids spending more, and nothing else. */
    void set(AllocationId allocation, List<Cap> caps) {
        jdbc.sql("delete from access.cap where allocation = :allocation")
                .param("allocation", allocation.value())
                .update();
        for (Cap cap : caps) {
            jdbc.sql("""
                    insert into access.cap (allocation, kind, subject, amount) values (:allocation, :kind, :subject, :amount)
                    """)
                    .param("allocation", allocation.value())
                    .param("kind", cap.kind().name())
                    .param("subject", cap.subject())
                    .param("amount", cap.amount())
                    .update();
        }
    }

    List<Use> uses(AllocationId allocation) {
        return jdbc.sql("""
                select person, project,
                       coalesce(sum(amount) filter (where spent is null and expires_at > :now), 0) as held,
                       coalesce(sum(spent), 0) as spent
                  from access.commitment where allocation = :allocation
                 group by person, project order by person, project
                """)
                .param("allocation", allocation.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, number) -> new Use(
                        new PersonId(row.getObject("person", UUID.class)),
                        row.getString("project"),
                        row.getLong("held"),
                        row.getLong("spent")))
                .list();
    }

    void requireWithin(Allocation allocation, PersonId person, String project, Amount wanted) {
        List<Cap> caps = of(allocation.id());
        requireNamed(caps, allocation, project);
        requireWithin(caps, allocation.id(), Kind.PERSON, person.toString(), wanted);
        requireWithin(caps, allocation.id(), Kind.PROJECT, project, wanted);
    }

    private static void requireNamed(List<Cap> caps, Allocation allocation, String project) {
        Set<String> named = caps.stream()
                .filter(cap -> cap.kind() == Kind.PROJECT)
                .map(Cap::subject)
                .collect(Collectors.toCollection(TreeSet::new));
        if (named.isEmpty() || named.contains(EACH)) {
            return;
        }
        named.add(allocation.project());
        if (!named.contains(project)) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES, "access.refused.other-project", String.join("”, “", named), project);
        }
    }

    private void requireWithin(List<Cap> caps, AllocationId allocation, Kind kind, String subject, Amount wanted) {
        Optional<Long> cap = cap(caps, kind, subject);
        if (cap.isEmpty()) {
            return;
        }
        long used = used(allocation, kind, subject);
        if (wanted.value() <= cap.get() - used) {
            return;
        }
        Amount left = new Amount(Math.max(0, cap.get() - used), wanted.unit());

        throw Problem.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        kind == Kind.PERSON ? "access.refused.cap-person" : "access.refused.cap-project",
                        Amounts.inWords(new Amount(cap.get(), wanted.unit())),
                        Amounts.inWords(left),
                        Amounts.inWords(wanted),
                        subject)
                .with(Map.of("cap", cap.get(), "left", left.value(), "asked", wanted.value()));
    }

    private static Optional<Long> cap(List<Cap> caps, Kind kind, String subject) {
        Map<String, Long> bySubject = new HashMap<>();
        caps.stream().filter(cap -> cap.kind() == kind).forEach(cap -> bySubject.put(cap.subject(), cap.amount()));
        return Optional.ofNullable(bySubject.getOrDefault(subject, bySubject.get(EACH)));
    }

    private long used(AllocationId allocation, Kind kind, String subject) {
        return Objects.requireNonNull(jdbc.sql("""
                select coalesce(sum(case when spent is not null then spent when expires_at > :now then amount else 0 end), 0)::bigint
                  from access.commitment where allocation = :allocation and %s = :subject
                """.formatted(kind.column()))
                .param("allocation", allocation.value())
                .param("subject", subject)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single());
    }

    /** Where there are caps the allocation is locked, so that two who commit at once do not each pass on what is left for one. */
    void commit(Allocation allocation, PersonId person, String project, Hold hold) {
        if (!of(allocation.id()).isEmpty()) {
            jdbc.sql("select id from access.allocation where id = :id for no key update")
                    .param("id", allocation.id().value())
                    .query(UUID.class)
                    .single();
            if (!isCommitted(hold.id())) {
                requireWithin(allocation, person, project, hold.amount());
            }
        }
        jdbc.sql("""
                insert into access.commitment (entry, allocation, person, project, amount, expires_at)
                values (:entry, :allocation, :person, :project, :amount, :expires) on conflict do nothing
                """)
                .param("entry", hold.id().value())
                .param("allocation", allocation.id().value())
                .param("person", person.value())
                .param("project", project)
                .param("amount", hold.amount().value())
                .param("expires", hold.expires().atOffset(ZoneOffset.UTC))
                .update();
    }

    private boolean isCommitted(EntryId hold) {
        return jdbc.sql("select exists (select from access.commitment where entry = :entry)")
                .param("entry", hold.value())
                .query(Boolean.class)
                .single();
    }

    void correct(EntryId hold, Amount spent) {
        jdbc.sql("update access.commitment set spent = :spent where entry = :entry and spent is not null")
                .param("entry", hold.value())
                .param("spent", spent.value(), Types.BIGINT)
                .update();
    }

    void settle(EntryId hold, Amount spent) {
        jdbc.sql("update access.commitment set spent = :spent where entry = :entry and spent is null")
                .param("entry", hold.value())
                .param("spent", spent.value(), Types.BIGINT)
                .update();
    }
}
