package org.aifactory.identity;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.database.Columns;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What was done, when, by whom, to what. Written in the transaction that does it; never changed. */
@Service
public class AuditTrail {
    private static final TypeReference<Map<String, Object>> DETAILS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final JsonMapper json;

    AuditTrail(JdbcClient jdbc, InstantSource clock, JsonMapper json) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.json = json;
    }

    /**
     * An event of the trail.
     *
     * @param number grows; to read on, ask for those before the last one seen
     * @param action in the past tense: {@code run.submitted}
     * @param subject what it was done to: {@code run 01…}
     */
    public record Event(
            long number,
            Instant at,
            Optional<PersonId> person,
            Optional<OrganisationId> organisation,
            String action,
            String subject,
            Map<String, Object> details) {}

    /**
     * Joins the transaction that is open.
     *
     * @param person null where the platform itself acted
     * @param organisation whose members may read of it; null where nobody's
     * @param details never a secret
     */
    @Transactional
    public void record(
            @Nullable PersonId person,
            @Nullable OrganisationId organisation,
            String action,
            String subject,
            Map<String, ?> details) {
        jdbc.sql("""
                insert into identity.audit (at, person, organisation, action, subject, details)
                values (:at, :person, :organisation, :action, :subject, :details::jsonb)
                """)
                .param("at", clock.instant().atOffset(ZoneOffset.UTC))
                .param("person", person == null ? null : person.value(), java.sql.Types.OTHER)
                .param("organisation", organisation == null ? null : organisation.value(), java.sql.Types.OTHER)
                .param("action", action)
                .param("subject", subject)
                .param("details", json.writeValueAsString(details))
                .update();
    }

    /** The latest events that concern an organisation, latest first. */
    public List<Event> of(OrganisationId organisation, long before, int most) {
        return jdbc.sql("""
                select * from identity.audit where organisation = :organisation and seq < :before order by seq desc limit :most
                """)
                .param("organisation", organisation.value())
                .param("before", before)
                .param("most", most)
                .query((row, number) -> event(row))
                .list();
    }

    /** The events that concern an organisation after one, oldest first. */
    List<Event> since(OrganisationId organisation, long after, int most) {
        return jdbc.sql("""
                select * from identity.audit where organisation = :organisation and seq > :after order by seq limit :most
                """)
                .param("organisation", organisation.value())
                .param("after", after)
                .param("most", most)
                .query((row, number) -> event(row))
                .list();
    }

    /** The latest events of the whole platform, latest first, for administrators. */
    public List<Event> all(Actor actor, long before, int most) {
        Appointments.requireAdministrator(actor);
        return jdbc.sql("select * from identity.audit where seq < :before order by seq desc limit :most")
                .param("before", before)
                .param("most", most)
                .query((row, number) -> event(row))
                .list();
    }

    /** All that was done to one thing, in order. */
    public List<Event> about(String subject) {
        return jdbc.sql("select * from identity.audit where subject = :subject order by seq")
                .param("subject", subject)
                .query((row, number) -> event(row))
                .list();
    }

    private Event event(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Event(
                row.getLong("seq"),
                Columns.instant(row, "at"),
                Columns.optionalUuid(row, "person").map(PersonId::new),
                Columns.optionalUuid(row, "organisation").map(OrganisationId::new),
                row.getString("action"),
                row.getString("subject"),
                json.readValue(row.getString("details"), DETAILS));
    }
}
