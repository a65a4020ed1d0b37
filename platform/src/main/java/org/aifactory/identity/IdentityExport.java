package org.aifactory.identity;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.AuditTrail.Event;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The organisation, who belongs to it, who was invited, and what was done. */
@Component
class IdentityExport implements OrganisationExport {
    private static final int AT_ONCE = 1000;

    private final JdbcClient jdbc;
    private final Organisations organisations;
    private final AuditTrail audit;

    IdentityExport(JdbcClient jdbc, Organisations organisations, AuditTrail audit) {
        this.jdbc = jdbc;
        this.organisations = organisations;
        this.audit = audit;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "organisation",
                        "The organisation, its members, all invitations, its profile, and audit.jsonl: all that anybody did for it, oldest first."));
    }

    /** Without the code, which opens it. */
    record Invited(
            UUID id,
            String email,
            Role role,
            PersonId invitedBy,
            Instant invited,
            Instant expires,
            Optional<Instant> closed) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        archive.json(
                "organisation/organisation.json",
                organisations.find(organisation).orElseThrow());
        archive.json("organisation/members.json", organisations.members(organisation));
        archive.json("organisation/invitations.json", invitations(organisation));
        archive.text("organisation/audit.jsonl", out -> {
            long after = 0;
            List<Event> some;
            do {
                some = audit.since(organisation, after, AT_ONCE);
                for (Event event : some) {
                    out.write(archive.jsonLine(event));
                    after = event.number();
                }
            } while (some.size() == AT_ONCE);
        });
    }

    private List<Invited> invitations(OrganisationId organisation) {
        return jdbc.sql("""
                select id, email, role, invited_by, invited_at, expires_at, closed_at from identity.invitation
                 where organisation = :organisation order by invited_at, id
                """)
                .param("organisation", organisation.value())
                .query((row, number) -> new Invited(
                        row.getObject("id", UUID.class),
                        row.getString("email"),
                        Role.valueOf(row.getString("role")),
                        new PersonId(row.getObject("invited_by", UUID.class)),
                        row.getObject("invited_at", OffsetDateTime.class).toInstant(),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(row.getObject("closed_at", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)))
                .list();
    }
}
