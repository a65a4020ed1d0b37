package org.aifactory.programme;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.aifactory.facts.Mark;
import org.aifactory.programme.ProposalContent.MachinePlan;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.ProposalContent.Services;
import org.aifactory.programme.ProposalContent.Site;
import org.aifactory.review.Text;
import org.springframework.boot.test.context.TestComponent;

/** Proposals that are selected without a review, for tests of what comes after it. */
@TestComponent
public final class Chosen {
    public static final LocalDate DAY = LocalDate.of(2024, 12, 10);

    private final CallTable calls;
    private final ProposalTable proposals;
    private final Rounds rounds;

    Chosen(CallTable calls, ProposalTable proposals, Rounds rounds) {
        this.calls = calls;
        this.proposals = proposals;
        this.rounds = rounds;
    }

    /** Selects one that was submitted, on a day. */
    public void select(String proposal, LocalDate day) {
        Proposal submitted =
                proposals.find(new ProposalId(UUID.fromString(proposal))).orElseThrow();
        Rounds.Round round = rounds.open(
                "round-" + UUID.randomUUID(),
                submitted.call(),
                null,
                day,
                OptionalLong.of(UUID.randomUUID().getMostSignificantBits() >>> 1),
                List.of());
        proposals.move(submitted, ProposalState.SELECTED, Optional.of(round.id()));
    }

    /** One that was proposed and selected elsewhere, of which no share is known. */
    public ProposalId elsewhere(String country, String... joiners) {
        Call call = new Call(
                CallId.random(),
                "call-" + UUID.randomUUID(),
                CallKind.FACTORY,
                true,
                1,
                new CallDefinition(
                        Text.NONE,
                        Text.NONE,
                        "Europe/Brussels",
                        null,
                        null,
                        List.of(),
                        null,
                        List.of(),
                        List.of(),
                        Set.of(),
                        List.of(),
                        null,
                        null,
                        List.of()),
                Optional.empty(),
                true);
        calls.add(call, null, Instant.now());
        Rounds.Round round =
                rounds.open("round-" + UUID.randomUUID(), call.id(), null, DAY, OptionalLong.empty(), List.of());
        List<Member> members = new java.util.ArrayList<>();
        members.add(new Member(country, Role.HOST, null, null, (Mark) null, List.of()));
        for (String joiner : joiners) {
            members.add(new Member(joiner, Role.JOINER, null, null, (Mark) null, List.of()));
        }
        String slug = "proposal-" + UUID.randomUUID();
        proposals.enter(
                slug,
                call.id(),
                round.id(),
                new ProposalContent(
                        "Elsewhere",
                        "",
                        new Site(country, "Somewhere", "A host"),
                        MachinePlan.NONE,
                        List.of(),
                        members,
                        List.of(),
                        Services.NONE,
                        List.of(),
                        List.of()),
                Instant.now());
        return proposals.named(slug).orElseThrow().id();
    }
}
