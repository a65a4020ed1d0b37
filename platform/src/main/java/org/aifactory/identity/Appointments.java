package org.aifactory.identity;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What administrators do for the platform as a whole: they appoint people, and enter programme offices. */
@Service
public class Appointments {
    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final People people;
    private final Organisations organisations;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;

    Appointments(
            JdbcClient jdbc,
            InstantSource clock,
            People people,
            Organisations organisations,
            AuditTrail audit,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.people = people;
        this.organisations = organisations;
        this.audit = audit;
        this.events = events;
    }

    /** Somebody who does something for the whole platform. */
    public record Appointed(PersonId person, String name, String email, Set<Duty> duties) {}

    public List<Appointed> all(Actor actor) {
        requireAdministrator(actor);
        return jdbc.sql("""
                select person.id, person.name, person.email, array_agg(duty.duty) as duties
                  from identity.duty join identity.person on person.id = duty.person
                 group by person.id
                 order by person.name, person.id
                """)
                .query((row, number) -> new Appointed(
                        new PersonId(row.getObject("id", UUID.class)),
                        row.getString("name"),
                        row.getString("email"),
                        Arrays.stream((String[]) row.getArray("duties").getArray())
                                .map(Duty::valueOf)
                                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Duty.class)))))
                .list();
    }

    /** @throws Problem when nobody has an account with the address */
    @Transactional
    public void appoint(Actor actor, String email, Duty duty) {
        requireAdministrator(actor);
        PersonId person = withAccount(email);
        people.give(person, duty);
        audit.record(actor.person(), null, "person.appointed", "person " + person, Map.of("duty", duty));
    }

    /** @throws Problem when nobody would be left to administer the platform */
    @Transactional
    public void dismiss(Actor actor, PersonId person, Duty duty) {
        requireAdministrator(actor);
        if (duty == Duty.ADMINISTRATOR) {
            requireAnotherAdministrator(person);
        }
        int ended = jdbc.sql("delete from identity.duty where person = :person and duty = :duty")
                .param("person", person.value())
                .param("duty", duty.name())
                .update();
        if (ended == 0) {
            throw Problem.notFound("appointment", person);
        }
        audit.record(actor.person(), null, "person.dismissed", "person " + person, Map.of("duty", duty));
    }

    /** Enters a programme office, owned by whoever has the address. */
    @Transactional
    public OrganisationId foundOffice(Actor actor, String name, String country, String owner) {
        requireAdministrator(actor);
        return organisations.found(withAccount(owner), name, OrganisationKind.PROGRAMME_OFFICE, country);
    }

    /**
     * Ends an account. What the person did stays in the audit trail, under a number and without a name.
     *
     * @param confirmation the address of the account
     * @throws Problem when it is not, or when others would be left without an owner or administrator
     */
    @Transactional
    public void leave(Actor actor, String confirmation) {
        if (!People.normalised(confirmation).equals(actor.email())) {
            throw Problem.invalid("confirm", "identity.fault.address-to-end", actor.email());
        }
        PersonId person = actor.person();
        if (actor.has(Duty.ADMINISTRATOR)) {
            requireAnotherAdministrator(person);
        }
        actor.memberships().forEach(membership -> leave(person, membership));
        for (String table : List.of("duty", "membership", "external_identity", "api_token")) {
            jdbc.sql("delete from identity." + table + " where person = :person")
                    .param("person", person.value())
                    .update();
        }
        jdbc.sql("delete from identity.failed_sign_in where email = :email")
                .param("email", actor.email())
                .update();
        forgetAddress(actor.email());
        signOutEverywhere(person);
        jdbc.sql("""
                update identity.person set email = '', name = '', password_hash = null, left_at = :now where id = :person
                """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("person", person.value())
                .update();
        audit.record(person, null, "person.left", "person " + person, Map.of());
        events.publishEvent(new PersonLeft(person, actor.email()));
    }

    /** Who was invited is known by the address alone; nobody else accepts what was sent to one who left. */
    private void forgetAddress(String email) {
        jdbc.sql(
                        "update identity.invitation set email = '', closed_at = coalesce(closed_at, :now) where email = :email")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("email", email)
                .update();
    }

    /** Their attributes go with them. */
    private void signOutEverywhere(PersonId person) {
        jdbc.sql("delete from spring_session where principal_name = :person")
                .param("person", person.toString())
                .update();
    }

    /** Whoever is alone in an organisation may leave it to nobody; whoever is not, only to another owner. */
    private void leave(PersonId person, Actor.Membership membership) {
        List<UUID> others = jdbc.sql("""
                select person from identity.membership where organisation = :organisation and person <> :person for update
                """)
                .param("organisation", membership.organisation().value())
                .param("person", person.value())
                .query((row, number) -> row.getObject("person", UUID.class))
                .list();
        if (!others.isEmpty()) {
            organisations.requireAnotherOwner(membership.organisation(), membership.name(), person);
        }
        audit.record(
                person,
                membership.organisation(),
                "organisation.member-removed",
                "organisation " + membership.organisation(),
                Map.of("member", person));
    }

    private PersonId withAccount(String email) {
        return people.withEmail(email).orElseThrow(() -> Problem.invalid("email", "identity.fault.no-account"));
    }

    /** Of two administrators who leave at once the later waits here. */
    private void requireAnotherAdministrator(PersonId leaving) {
        jdbc.sql("lock table identity.duty in share row exclusive mode").update();
        boolean another = jdbc.sql(
                        "select exists (select from identity.duty where duty = 'ADMINISTRATOR' and person <> :person)")
                .param("person", leaving.value())
                .query(Boolean.class)
                .single();
        if (!another) {
            throw Problem.of(ProblemType.NOT_NOW, "identity.refused.last-administrator");
        }
    }

    static void requireAdministrator(Actor actor) {
        if (!actor.has(Duty.ADMINISTRATOR)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.only-administrator");
        }
    }
}
