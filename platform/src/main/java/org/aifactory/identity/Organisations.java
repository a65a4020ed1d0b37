package org.aifactory.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Organisations and who belongs to them. */
@Service
public class Organisations {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private static final Duration INVITATION_LASTS = Duration.ofDays(14);

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;

    Organisations(JdbcClient jdbc, InstantSource clock, AuditTrail audit, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
    }

    /** @param country ISO 3166-1 alpha-2 */
    public record Organisation(OrganisationId id, String name, OrganisationKind kind, String country) {}

    public record Member(PersonId person, String name, String email, Role role, Instant since) {}

    public record Invitation(UUID id, String email, Role role, Instant expires) {}

    /** @param code opens the invitation to whoever shows it; told once */
    public record NewInvitation(Invitation invitation, String code) {}

    /**
     * Makes an organisation that applies for compute, owned by the person.
     *
     * @throws Problem when it is of a kind that only an administrator makes
     */
    @Transactional
    public OrganisationId foundApplicant(PersonId founder, String name, OrganisationKind kind, String country) {
        if (!kind.isOpenToAll()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.kind");
        }
        return found(founder, name, kind, country);
    }

    /** Makes an organisation of any kind, owned by the person. */
    @Transactional
    public OrganisationId found(PersonId founder, String name, OrganisationKind kind, String country) {
        if (!COUNTRIES.contains(country)) {
            throw Problem.invalid("country", "identity.fault.country", country);
        }
        OrganisationId organisation = OrganisationId.random();
        jdbc.sql("""
                insert into identity.organisation (id, name, kind, country, created_at) values (:id, :name, :kind, :country, :now)
                """)
                .param("id", organisation.value())
                .param("name", name.strip())
                .param("kind", kind.name())
                .param("country", country)
                .param("now", now())
                .update();
        audit.record(
                founder,
                organisation,
                "organisation.founded",
                "organisation " + organisation,
                Map.of("name", name.strip(), "kind", kind));
        join(founder, organisation, Role.OWNER);
        return organisation;
    }

    public Optional<Organisation> find(OrganisationId id) {
        return jdbc.sql("select name, kind, country from identity.organisation where id = :id")
                .param("id", id.value())
                .query((row, number) -> new Organisation(
                        id,
                        row.getString("name"),
                        OrganisationKind.valueOf(row.getString("kind")),
                        row.getString("country")))
                .optional();
    }

    /** All of a kind, in the order of their names. */
    public List<Organisation> of(OrganisationKind kind) {
        return jdbc.sql("select id, name, country from identity.organisation where kind = :kind order by name, id")
                .param("kind", kind.name())
                .query((row, number) -> new Organisation(
                        new OrganisationId(row.getObject("id", UUID.class)),
                        row.getString("name"),
                        kind,
                        row.getString("country")))
                .list();
    }

    public List<Member> members(Actor actor, OrganisationId organisation) {
        actor.requireMaySee(organisation, "organisation", organisation);
        return members(organisation);
    }

    /** For whoever asked for the person's right before. */
    List<Member> members(OrganisationId organisation) {
        return jdbc.sql("""
                select person.id, person.name, person.email, membership.role, membership.since
                  from identity.membership join identity.person on person.id = membership.person
                 where membership.organisation = :organisation
                 order by membership.since, person.id
                """)
                .param("organisation", organisation.value())
                .query((row, number) -> new Member(
                        new PersonId(row.getObject("id", UUID.class)),
                        row.getString("name"),
                        row.getString("email"),
                        Role.valueOf(row.getString("role")),
                        Columns.instant(row, "since")))
                .list();
    }

    /** Its members with this role or one that allows more; for the platform itself. */
    public List<PersonId> withRole(OrganisationId organisation, Role least) {
        return jdbc
                .sql(
                        "select person, role from identity.membership where organisation = :organisation order by since, person")
                .param("organisation", organisation.value())
                .query((row, number) -> new Membered(
                        new PersonId(row.getObject("person", UUID.class)), Role.valueOf(row.getString("role"))))
                .list()
                .stream()
                .filter(member -> member.role().covers(least))
                .map(Membered::person)
                .toList();
    }

    private record Membered(PersonId person, Role role) {}

    /** Those that are open; only who may invite sees whom others have invited. */
    public List<Invitation> invitations(Actor actor, OrganisationId organisation) {
        requireOwner(actor, organisation);
        return jdbc.sql("""
                select id, email, role, expires_at from identity.invitation
                 where organisation = :organisation and closed_at is null and expires_at > :now
                 order by invited_at
                """)
                .param("organisation", organisation.value())
                .param("now", now())
                .query((row, number) -> new Invitation(
                        row.getObject("id", UUID.class),
                        row.getString("email"),
                        Role.valueOf(row.getString("role")),
                        Columns.instant(row, "expires_at")))
                .list();
    }

    @Transactional
    public NewInvitation invite(Actor actor, OrganisationId organisation, String email, Role role) {
        requireOwner(actor, organisation);
        Invitation invitation = new Invitation(
                UUID.randomUUID(),
                People.normalised(email),
                role,
                clock.instant().plus(INVITATION_LASTS));
        String code = Secret.random();
        jdbc.sql("""
                insert into identity.invitation (id, organisation, email, role, code_hash, invited_by, invited_at, expires_at)
                values (:id, :organisation, :email, :role, :hash, :by, :now, :expires)
                """)
                .param("id", invitation.id())
                .param("organisation", organisation.value())
                .param("email", invitation.email())
                .param("role", role.name())
                .param("hash", Secret.hash(code))
                .param("by", actor.person().value())
                .param("now", now())
                .param("expires", invitation.expires().atOffset(ZoneOffset.UTC))
                .update();
        audit.record(
                actor.person(),
                organisation,
                "organisation.invited",
                "organisation " + organisation,
                Map.of("invitation", invitation.id(), "role", role));
        events.publishEvent(new PersonInvited(
                invitation.id(), organisation, actor.person(), invitation.email(), role, invitation.expires(), code));
        return new NewInvitation(invitation, code);
    }

    @Transactional
    public void withdraw(Actor actor, OrganisationId organisation, UUID invitation) {
        requireOwner(actor, organisation);
        int closed = jdbc.sql("""
                update identity.invitation set closed_at = :now
                 where id = :id and organisation = :organisation and closed_at is null
                """)
                .param("now", now())
                .param("id", invitation)
                .param("organisation", organisation.value())
                .update();
        if (closed == 0) {
            throw Problem.notFound("invitation", invitation);
        }
    }

    /**
     * Makes the person a member, by the code that they were sent.
     *
     * @throws Problem when the code is unknown, used, withdrawn or too old
     */
    @Transactional
    public OrganisationId accept(Actor actor, String code) {
        Offer offer = jdbc.sql("""
                update identity.invitation set closed_at = :now
                 where code_hash = :hash and closed_at is null and expires_at > :now
                returning organisation, role
                """)
                .param("now", now())
                .param("hash", Secret.hash(code))
                .query((row, number) -> new Offer(
                        new OrganisationId(row.getObject("organisation", UUID.class)),
                        Role.valueOf(row.getString("role"))))
                .optional()
                .orElseThrow(() -> Problem.of(ProblemType.NOT_FOUND, "identity.refused.invitation"));
        join(actor.person(), offer.organisation(), offer.role());
        return offer.organisation();
    }

    private record Offer(OrganisationId organisation, Role role) {}

    /** An invitation as the invited sees it. */
    public record OpenInvitation(OrganisationId organisation, String name, String email, Role role, Instant expires) {}

    /** What accepting the code would lead to; nothing where it opens nothing any more. */
    public Optional<OpenInvitation> invitation(String code) {
        return jdbc.sql("""
                select organisation.id, organisation.name, invitation.email, invitation.role, invitation.expires_at
                  from identity.invitation join identity.organisation on organisation.id = invitation.organisation
                 where code_hash = :hash and closed_at is null and expires_at > :now
                """)
                .param("hash", Secret.hash(code))
                .param("now", now())
                .query((row, number) -> new OpenInvitation(
                        new OrganisationId(row.getObject("id", UUID.class)),
                        row.getString("name"),
                        row.getString("email"),
                        Role.valueOf(row.getString("role")),
                        Columns.instant(row, "expires_at")))
                .optional();
    }

    @Transactional
    public void changeRole(Actor actor, OrganisationId organisation, PersonId member, Role role) {
        requireOwner(actor, organisation);
        requireAnotherOwner(organisation, member);
        int changed = jdbc.sql(
                        "update identity.membership set role = :role where organisation = :organisation and person = :person")
                .param("role", role.name())
                .param("organisation", organisation.value())
                .param("person", member.value())
                .update();
        if (changed == 0) {
            throw Problem.notFound("member", member);
        }
        audit.record(
                actor.person(),
                organisation,
                "organisation.role-changed",
                "organisation " + organisation,
                Map.of("member", member, "role", role));
    }

    /** Owners remove anybody; everybody removes themselves. */
    @Transactional
    public void remove(Actor actor, OrganisationId organisation, PersonId member) {
        if (actor.person().equals(member)) {
            actor.requireMaySee(organisation, "organisation", organisation);
        } else {
            requireOwner(actor, organisation);
        }
        requireAnotherOwner(organisation, member);
        int removed = jdbc.sql(
                        "delete from identity.membership where organisation = :organisation and person = :person")
                .param("organisation", organisation.value())
                .param("person", member.value())
                .update();
        if (removed == 0) {
            throw Problem.notFound("member", member);
        }
        audit.record(
                actor.person(),
                organisation,
                "organisation.member-removed",
                "organisation " + organisation,
                Map.of("member", member));
    }

    /** An earlier membership is kept where it allows more. */
    private void join(PersonId person, OrganisationId organisation, Role role) {
        jdbc.sql("""
                insert into identity.membership (person, organisation, role, since) values (:person, :organisation, :role, :now)
                on conflict (organisation, person) do update set role = excluded.role
                 where membership.role = 'VIEWER' or excluded.role = 'OWNER'
                """)
                .param("person", person.value())
                .param("organisation", organisation.value())
                .param("role", role.name())
                .param("now", now())
                .update();
        audit.record(
                person,
                organisation,
                "organisation.joined",
                "organisation " + organisation,
                Map.of("member", person, "role", role));
    }

    static void requireOwner(Actor actor, OrganisationId organisation) {
        actor.requireMaySee(organisation, "organisation", organisation);
        if (!actor.owns(organisation)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.only-owner");
        }
    }

    private void requireAnotherOwner(OrganisationId organisation, PersonId leaving) {
        requireAnotherOwner(
                organisation, find(organisation).map(Organisation::name).orElse(""), leaving);
    }

    /** Locks the organisation's owners, so that two of them cannot each remove the other at once. */
    void requireAnotherOwner(OrganisationId organisation, String name, PersonId leaving) {
        List<UUID> owners = jdbc.sql("""
                select person from identity.membership where organisation = :organisation and role = 'OWNER' order by person for update
                """)
                .param("organisation", organisation.value())
                .query((row, number) -> row.getObject("person", UUID.class))
                .list();
        if (owners.size() == 1 && owners.getFirst().equals(leaving.value())) {
            throw Problem.of(ProblemType.NOT_NOW, "identity.refused.last-owner", name);
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
