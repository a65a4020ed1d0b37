package org.aifactory.review;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Reviewer.Declared;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Who judges: what they know of, how much they take, and where they are not free. */
@Service
class Reviewers {
    private static final int MOST_TOPICS = 50;
    private static final int LONGEST_TOPIC = 100;
    private static final int MOST_PAPERS = 1000;
    private static final int LONGEST_REASON = 2000;
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final InstantSource clock;

    Reviewers(JdbcClient jdbc, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    /** Something that a reviewer declared: an organisation, or a country. */
    record Declaration(UUID id, Optional<OrganisationId> organisation, Optional<String> country, String reason) {}

    Optional<Reviewer> find(PersonId person) {
        return all().stream()
                .filter(reviewer -> reviewer.person().equals(person))
                .findFirst();
    }

    /** Whether the person has said what they know of. */
    boolean hasProfile(PersonId person) {
        return jdbc.sql("select exists (select from review.reviewer where person = :person)")
                .param("person", person.value())
                .query(Boolean.class)
                .single();
    }

    /** All who have the duty and said what they know of. */
    List<Reviewer> all() {
        Map<UUID, Set<OrganisationId>> organisations = new HashMap<>();
        jdbc.sql("""
                select membership.person, membership.organisation
                  from identity.membership join review.reviewer on reviewer.person = membership.person
                """).query(row -> {
            organisations
                    .computeIfAbsent(row.getObject("person", UUID.class), none -> new HashSet<>())
                    .add(new OrganisationId(row.getObject("organisation", UUID.class)));
        });
        Map<UUID, Declared> declared = declared();
        return jdbc.sql("""
                select reviewer.*, person.name,
                       (select count(*) from review.assignment
                          join review.paper on paper.id = assignment.paper
                          join review.panel on panel.id = paper.panel
                         where assignment.person = reviewer.person and assignment.ended_at is null and panel.state = 'OPEN') as load
                  from review.reviewer
                  join identity.person on person.id = reviewer.person
                  join identity.duty on duty.person = reviewer.person and duty.duty = 'REVIEWER'
                 where person.left_at is null
                 order by reviewer.person
                """)
                .query((row, number) -> reviewer(row, organisations, declared))
                .list();
    }

    private static Reviewer reviewer(
            ResultSet row, Map<UUID, Set<OrganisationId>> organisations, Map<UUID, Declared> declared)
            throws SQLException {
        UUID person = row.getObject("person", UUID.class);
        return new Reviewer(
                new PersonId(person),
                row.getString("name"),
                row.getString("country"),
                texts(row.getArray("topics")),
                row.getInt("most"),
                row.getInt("load"),
                organisations.getOrDefault(person, Set.of()),
                declared.getOrDefault(person, Declared.NOTHING));
    }

    static Set<String> texts(Array column) throws SQLException {
        return new TreeSet<>(Arrays.asList((String[]) column.getArray()));
    }

    private Map<UUID, Declared> declared() {
        Map<UUID, Set<OrganisationId>> organisations = new HashMap<>();
        Map<UUID, Set<String>> countries = new HashMap<>();
        jdbc.sql("select person, organisation, country from review.declared_conflict")
                .query(row -> {
                    UUID person = row.getObject("person", UUID.class);
                    UUID organisation = row.getObject("organisation", UUID.class);
                    if (organisation == null) {
                        countries
                                .computeIfAbsent(person, none -> new HashSet<>())
                                .add(row.getString("country"));
                    } else {
                        organisations
                                .computeIfAbsent(person, none -> new HashSet<>())
                                .add(new OrganisationId(organisation));
                    }
                });
        Set<UUID> people = new HashSet<>(organisations.keySet());
        people.addAll(countries.keySet());
        Map<UUID, Declared> declared = new HashMap<>();
        people.forEach(person -> declared.put(
                person,
                new Declared(organisations.getOrDefault(person, Set.of()), countries.getOrDefault(person, Set.of()))));
        return declared;
    }

    /**
     * Says of oneself what is known, and how much is taken.
     *
     * @param most papers at a time
     */
    @Transactional
    Reviewer save(Actor actor, String country, List<String> topics, int most) {
        requireReviewer(actor);
        Set<String> said = new TreeSet<>();
        topics.forEach(topic -> said.add(topic.strip().toLowerCase(Locale.ROOT)));
        if (!COUNTRIES.contains(country)) {
            throw Problem.invalid("country", "review.fault.country");
        }
        boolean isFit = said.size() <= MOST_TOPICS
                && said.stream()
                        .allMatch(topic ->
                                !topic.isEmpty() && topic.length() <= LONGEST_TOPIC && topic.indexOf('\0') < 0);
        if (!isFit) {
            throw Problem.invalid("topics", "review.fault.topics", MOST_TOPICS, LONGEST_TOPIC);
        }
        if (most < 0 || most > MOST_PAPERS) {
            throw Problem.invalid("most", "review.fault.most", MOST_PAPERS);
        }
        jdbc.sql("""
                insert into review.reviewer (person, country, topics, most, saved_at) values (:person, :country, :topics, :most, :now)
                on conflict (person) do update set country = excluded.country, topics = excluded.topics, most = excluded.most,
                       saved_at = excluded.saved_at
                """)
                .param("person", actor.person().value())
                .param("country", country)
                .param("topics", said.toArray(String[]::new))
                .param("most", most)
                .param("now", now().atOffset(ZoneOffset.UTC))
                .update();
        audit.record(
                actor.person(), null, "reviewer.saved", "reviewer " + actor.person(), Map.of("topics", said.size()));
        return require(actor);
    }

    List<Declaration> declarations(Actor actor) {
        requireReviewer(actor);
        return jdbc.sql("select * from review.declared_conflict where person = :person order by declared_at, id")
                .param("person", actor.person().value())
                .query((row, number) -> new Declaration(
                        row.getObject("id", UUID.class),
                        Optional.ofNullable(row.getObject("organisation", UUID.class))
                                .map(OrganisationId::new),
                        Optional.ofNullable(row.getString("country")),
                        row.getString("reason")))
                .list();
    }

    /** Declares an organisation or a country about which the reviewer cannot judge freely; nobody takes that back but they. */
    @Transactional
    void declare(Actor actor, @Nullable OrganisationId organisation, @Nullable String country, String reason) {
        require(actor);
        if ((organisation == null) == (country == null)) {
            throw Problem.invalid("organisation", "review.fault.declaration");
        }
        if (country != null && !COUNTRIES.contains(country)) {
            throw Problem.invalid("country", "review.fault.country");
        }
        if (organisation != null && !isKnown(organisation)) {
            throw Problem.notFound("organisation", organisation);
        }
        requireReason("reason", reason);
        jdbc.sql("""
                insert into review.declared_conflict (id, person, organisation, country, reason, declared_at)
                values (:id, :person, :organisation, :country, :reason, :now)
                """)
                .param("id", UUID.randomUUID())
                .param("person", actor.person().value())
                .param("organisation", organisation == null ? null : organisation.value(), java.sql.Types.OTHER)
                .param("country", country, java.sql.Types.VARCHAR)
                .param("reason", reason.strip())
                .param("now", now().atOffset(ZoneOffset.UTC))
                .update();
        audit.record(actor.person(), null, "reviewer.conflict-declared", "reviewer " + actor.person(), Map.of());
    }

    private boolean isKnown(OrganisationId organisation) {
        return jdbc.sql("select exists (select from identity.organisation where id = :id)")
                .param("id", organisation.value())
                .query(Boolean.class)
                .single();
    }

    /** @throws Problem where the person has said nothing of themselves yet */
    Reviewer require(Actor actor) {
        requireReviewer(actor);
        return find(actor.person()).orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "review.refused.no-profile"));
    }

    static void requireReviewer(Actor actor) {
        if (!actor.has(Duty.REVIEWER)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "review.refused.reviewer");
        }
    }

    static void requireOfficer(Actor actor) {
        if (!actor.isProgrammeOfficer()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "review.refused.officer");
        }
    }

    static String requireReason(String field, @Nullable String reason) {
        String spoken = reason == null ? "" : reason.strip();
        if (spoken.isEmpty() || spoken.length() > LONGEST_REASON || spoken.indexOf('\0') >= 0) {
            throw Problem.invalid(field, "review.fault.reason", LONGEST_REASON);
        }
        return spoken;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
