package org.aifactory.programme;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Posting;
import org.aifactory.programme.Rounds.Round;
import org.aifactory.review.Panel;
import org.aifactory.review.PanelId;
import org.aifactory.review.Panels;
import org.aifactory.review.Promotions;
import org.aifactory.review.Promotions.Promoted;
import org.aifactory.review.Selection.Verdict;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What comes after a decision: a place is given up and its money goes back to the call, and the next of the reserve list takes one. */
@Service
class ReserveList {
    private final Selections selections;
    private final ProposalTable proposals;
    private final Panels panels;
    private final Promotions promotions;
    private final Rounds rounds;
    private final Money money;
    private final AuditTrail audit;
    private final ObjectProvider<Hosted> hosted;

    ReserveList(
            Selections selections,
            ProposalTable proposals,
            Panels panels,
            Promotions promotions,
            Rounds rounds,
            Money money,
            AuditTrail audit,
            ObjectProvider<Hosted> hosted) {
        this.selections = selections;
        this.proposals = proposals;
        this.panels = panels;
        this.promotions = promotions;
        this.rounds = rounds;
        this.money = money;
        this.audit = audit;
        this.hosted = hosted;
    }

    /**
     * Selects the next of the reserve list, as far as the money reaches: under a number, with what it asks for committed from the call.
     * Asked again for one that was selected so, it changes nothing.
     *
     * @param expected who is next, as far as the officer knows
     * @param budgetCents at most what the call has left
     * @throws Problem where somebody else is next
     */
    @Transactional
    Promoted promote(Actor actor, String slug, PanelId panel, ProposalId expected, long budgetCents, String reason) {
        Calls.requireOfficer(actor);
        Call call = selections.lockPublished(slug);
        selections.cutOffOf(call, panel);
        Optional<Promoted> before = promotions
                .about(expected.value())
                .filter(promoted -> promoted.panel().equals(panel));
        if (before.isPresent()) {
            return before.get();
        }
        selections.requireLeft(call, budgetCents);
        Promoted promoted = promotions.promote(actor, panel, expected.value(), budgetCents, reason);
        Proposal proposal =
                proposals.lock(new ProposalId(promoted.outcome().paper())).orElseThrow();
        Round round = roundOf(proposal);
        proposals.move(proposal, ProposalState.SELECTED, Optional.empty());
        selections.commit(
                call,
                round,
                "Decision " + promoted.number() + " on the reserve list of the call " + slug,
                promoted.outcome().asked(),
                Selections.shares(proposal));
        audit.record(
                actor.person(),
                null,
                "call.promoted",
                call.subject(),
                Map.of(
                        "decision",
                        promoted.number(),
                        "proposal",
                        proposal.id(),
                        "spent",
                        promoted.outcome().asked()));
        return promoted;
    }

    /** The same, where only the panel is known. */
    @Transactional
    Promoted promote(Actor actor, PanelId panel, ProposalId expected, long budgetCents, String reason) {
        Calls.requireOfficer(actor);
        return promote(actor, selections.callOf(panel).slug(), panel, expected, budgetCents, reason);
    }

    /**
     * Takes back the money of a selected proposal: to the call what the Union gives, and to the states theirs. The call is locked, and so
     * is the proposal.
     *
     * @throws Problem where it is a factory already
     */
    void release(Proposal selected) {
        if (hosted.stream().anyMatch(some -> some.isHosted(selected.id()))) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.hosted");
        }
        Round round = roundOf(selected);
        String reason = "Given up: " + ProposalViews.reference(selected);
        List<Posting> back = new ArrayList<>(money.giveBack(
                round.union(), selected.submission().orElseThrow().content().unionCents(), reason));
        back.addAll(money.giveBack(round.states(), Selections.shares(selected), reason));
        if (!back.isEmpty()) {
            money.post(back);
        }
    }

    /** Decided panels in which a place came free that somebody on the reserve list waits for. */
    List<FreePlace> freePlaces() {
        return proposals.roundsGivenUp().stream()
                .flatMap(id -> rounds.find(id).stream())
                .flatMap(round -> freePlace(round).stream())
                .toList();
    }

    record FreePlace(Call call, PanelId panel) {}

    private Optional<FreePlace> freePlace(Round round) {
        Call call = selections.callOf(round);
        return round.cutOff()
                .flatMap(cutOff -> panels.about(Selections.subject(call, cutOff)))
                .map(Panel::id)
                .filter(this::hasFreePlace)
                .map(panel -> new FreePlace(call, panel));
    }

    /**
     * Whether a place that was given up is nobody's yet. Only a promotion that came after it can have taken it; one before was paid of
     * what was left.
     */
    private boolean hasFreePlace(PanelId panel) {
        if (promotions.waiting(panel).isEmpty()) {
            return false;
        }
        List<Promoted> promoted = promotions.of(panel);
        List<UUID> chosen = new ArrayList<>(panels.decision(panel)
                .map(decision -> decision.outcome().selection().with(Verdict.SELECTED))
                .orElse(List.of()));
        promoted.forEach(one -> chosen.add(one.outcome().paper()));
        List<Instant> givenUp =
                chosen.stream().flatMap(paper -> givenUp(paper).stream()).toList();
        int taken = 0;
        for (Promoted one : promoted) {
            long free = givenUp.stream().filter(at -> !at.isAfter(one.at())).count();
            if (free > taken) {
                taken++;
            }
        }
        return givenUp.size() > taken;
    }

    private Optional<Instant> givenUp(UUID paper) {
        return proposals
                .find(new ProposalId(paper))
                .filter(proposal -> proposal.state() == ProposalState.WITHDRAWN)
                .map(proposal -> audit.about(proposal.subject()).stream()
                        .filter(event -> event.action().equals("proposal.withdrawn"))
                        .map(AuditTrail.Event::at)
                        .findFirst()
                        .orElse(Instant.MAX));
    }

    private Round roundOf(Proposal proposal) {
        return proposal.round().flatMap(rounds::find).orElseThrow();
    }
}
