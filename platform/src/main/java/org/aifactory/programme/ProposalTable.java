package org.aifactory.programme;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.database.Columns;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.programme.Proposal.Submission;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Proposals as they lie in the database, every version of them. */
@Component
class ProposalTable {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    ProposalTable(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<Proposal> find(ProposalId id) {
        return jdbc.sql("select * from programme.proposal where id = :id")
                .param("id", id.value())
                .query((row, number) -> proposal(row))
                .optional();
    }

    /** The same, locked until the transaction ends. */
    Optional<Proposal> lock(ProposalId id) {
        return jdbc.sql("select * from programme.proposal where id = :id for no key update")
                .param("id", id.value())
                .query((row, number) -> proposal(row))
                .optional();
    }

    Optional<Proposal> named(String slug) {
        return jdbc.sql("select * from programme.proposal where slug = :slug")
                .param("slug", slug)
                .query((row, number) -> proposal(row))
                .optional();
    }

    /** Those of these organisations, the newest first. */
    List<Proposal> of(Collection<OrganisationId> organisations, int most) {
        if (organisations.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                select * from programme.proposal where organisation in (:organisations) order by number desc limit :most
                """)
                .param(
                        "organisations",
                        organisations.stream().map(OrganisationId::value).toList())
                .param("most", most)
                .query((row, number) -> proposal(row))
                .list();
    }

    /** All that were submitted for a cut-off and not taken back, in the order in which they came. */
    List<Proposal> submitted(CallId call, Instant cutOff) {
        return jdbc.sql("""
                select * from programme.proposal
                 where call = :call and cut_off = :cutOff and state not in ('DRAFT', 'WITHDRAWN') order by submitted_at, id
                """)
                .param("call", call.value())
                .param("cutOff", cutOff.atOffset(ZoneOffset.UTC))
                .query((row, number) -> proposal(row))
                .list();
    }

    /** The decided rounds out of which something was taken back. */
    List<RoundId> roundsGivenUp() {
        return jdbc.sql("""
                select distinct round.id from programme.proposal join programme.round on round.id = proposal.round
                 where proposal.state = 'WITHDRAWN' and round.decision is not null
                """)
                .query((row, number) -> new RoundId(row.getObject("id", UUID.class)))
                .list();
    }

    List<Proposal> of(RoundId round) {
        return jdbc.sql("select * from programme.proposal where round = :round order by number")
                .param("round", round.value())
                .query((row, number) -> proposal(row))
                .list();
    }

    void add(
            ProposalId id, CallId call, OrganisationId organisation, ProposalContent content, PersonId by, Instant at) {
        jdbc.sql("""
                insert into programme.proposal (id, call, organisation, state, version, content, made_by, made_at, changed_by, changed_at)
                values (:id, :call, :organisation, 'DRAFT', 1, :content::jsonb, :by, :at, :by, :at)
                """)
                .param("id", id.value())
                .param("call", call.value())
                .param("organisation", organisation.value())
                .param("content", json.writeValueAsString(content))
                .param("by", by.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
        keep(id, 1, content, by, at);
    }

    /** Saves the next version of it. */
    void save(Proposal proposal, ProposalContent content, PersonId by, Instant at) {
        jdbc.sql("""
                update programme.proposal set version = version + 1, content = :content::jsonb, changed_by = :by, changed_at = :at
                 where id = :id
                """)
                .param("content", json.writeValueAsString(content))
                .param("by", by.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("id", proposal.id().value())
                .update();
        keep(proposal.id(), proposal.version() + 1, content, by, at);
    }

    private void keep(ProposalId id, int version, ProposalContent content, @Nullable PersonId by, Instant at) {
        jdbc.sql("""
                insert into programme.revision (proposal, version, content, by, at)
                values (:proposal, :version, :content::jsonb, :by, :at)
                on conflict (proposal, version) do update set content = excluded.content, at = excluded.at
                """)
                .param("proposal", id.value())
                .param("version", version)
                .param("content", json.writeValueAsString(content))
                .param("by", by == null ? null : by.value(), Types.OTHER)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** What an earlier version said. */
    Optional<ProposalContent> version(ProposalId id, int version) {
        return jdbc.sql("select content from programme.revision where proposal = :proposal and version = :version")
                .param("proposal", id.value())
                .param("version", version)
                .query(String.class)
                .optional()
                .map(content -> json.readValue(content, ProposalContent.class));
    }

    /** What is saved is from now on what was submitted. */
    void submit(Proposal proposal, Instant at, Instant cutOff) {
        requireMove(proposal, ProposalState.SUBMITTED);
        jdbc.sql("""
                update programme.proposal
                   set state = 'SUBMITTED', submitted = content, submitted_version = version, submitted_at = :at, cut_off = :cutOff
                 where id = :id
                """)
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("cutOff", cutOff.atOffset(ZoneOffset.UTC))
                .param("id", proposal.id().value())
                .update();
        participate(proposal.id(), proposal.content().consortium());
    }

    void move(Proposal proposal, ProposalState next, Optional<RoundId> round) {
        requireMove(proposal, next);
        jdbc.sql("update programme.proposal set state = :next, round = coalesce(:round, round) where id = :id")
                .param("next", next.name())
                .param("round", round.map(RoundId::value).orElse(null), Types.OTHER)
                .param("id", proposal.id().value())
                .update();
    }

    private static void requireMove(Proposal proposal, ProposalState next) {
        if (!proposal.state().mayBecome(next)) {
            throw Problem.of(
                    ProblemType.NOT_NOW,
                    "programme.refused.move",
                    ProposalViews.state(proposal.state()),
                    ProposalViews.state(next));
        }
    }

    /** Enters what was proposed and selected elsewhere, or brings it up to date. */
    void enter(String slug, CallId call, RoundId round, ProposalContent content, Instant at) {
        UUID id = jdbc.sql("""
                insert into programme.proposal (id, call, slug, state, version, content, submitted, submitted_version, submitted_at, cut_off,
                       round, made_at, changed_at)
                select :id, :call, :slug, 'SELECTED', 1, :content::jsonb, :content::jsonb, 1, :at, round.cut_off, round.id, :at, :at
                  from programme.round where round.id = :round
                on conflict (slug) do update set content = excluded.content, submitted = excluded.submitted, cut_off = excluded.cut_off
                returning id
                """)
                .param("id", UUID.randomUUID())
                .param("call", call.value())
                .param("slug", slug)
                .param("content", json.writeValueAsString(content))
                .param("at", at.atOffset(ZoneOffset.UTC))
                .param("round", round.value())
                .query(UUID.class)
                .single();
        participate(new ProposalId(id), content.consortium());
    }

    private void participate(ProposalId id, List<Member> members) {
        jdbc.sql("delete from programme.participation where proposal = :proposal")
                .param("proposal", id.value())
                .update();
        for (Member member : members) {
            Role role = member.role();
            jdbc.sql("""
                    insert into programme.participation (proposal, country, role, share_cents) values (:proposal, :country, :role, :share)
                    """)
                    .param("proposal", id.value())
                    .param("country", member.country())
                    .param("role", (role == null ? Role.JOINER : role).name())
                    .param("share", member.shareCents(), Types.BIGINT)
                    .update();
        }
    }

    private Proposal proposal(ResultSet row) throws SQLException {
        String submitted = row.getString("submitted");
        return new Proposal(
                new ProposalId(row.getObject("id", UUID.class)),
                row.getLong("number"),
                new CallId(row.getObject("call", UUID.class)),
                Columns.optionalUuid(row, "organisation").map(OrganisationId::new),
                ProposalState.valueOf(row.getString("state")),
                row.getInt("version"),
                json.readValue(row.getString("content"), ProposalContent.class),
                submitted == null
                        ? Optional.empty()
                        : Optional.of(new Submission(
                                row.getInt("submitted_version"),
                                json.readValue(submitted, ProposalContent.class),
                                Columns.instant(row, "submitted_at"),
                                Columns.optionalInstant(row, "cut_off"))),
                Columns.optionalUuid(row, "round").map(RoundId::new),
                Columns.optionalUuid(row, "changed_by").map(PersonId::new),
                Columns.instant(row, "changed_at"));
    }
}
