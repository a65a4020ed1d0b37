package org.aifactory.programme;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Posting;
import org.aifactory.programme.Money.Funder;
import org.aifactory.programme.Proposal.Submission;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Partner;
import org.aifactory.programme.Rounds.Round;
import org.aifactory.review.Appeals;
import org.aifactory.review.Appeals.Appeal;
import org.aifactory.review.Panel;
import org.aifactory.review.PanelId;
import org.aifactory.review.Panels;
import org.aifactory.review.Panels.Decision;
import org.aifactory.review.Paper;
import org.aifactory.review.Promotions;
import org.aifactory.review.Ranking.Candidate;
import org.aifactory.review.Ranking.Place;
import org.aifactory.review.Selection.Line;
import org.aifactory.review.Selection.Rule;
import org.aifactory.review.Selection.Verdict;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** From what came in for a cut-off to what is selected: the panel, the decision, the money, and the letters. */
@Service
class Selections {
    private final Calls calls;
    private final CallTable table;
    private final ProposalTable proposals;
    private final Panels panels;
    private final Promotions promotions;
    private final Appeals appeals;
    private final Rounds rounds;
    private final Money money;
    private final AuditTrail audit;
    private final InstantSource clock;

    Selections(
            Calls calls,
            CallTable table,
            ProposalTable proposals,
            Panels panels,
            Promotions promotions,
            Appeals appeals,
            Rounds rounds,
            Money money,
            AuditTrail audit,
            InstantSource clock) {
        this.calls = calls;
        this.table = table;
        this.proposals = proposals;
        this.panels = panels;
        this.promotions = promotions;
        this.appeals = appeals;
        this.rounds = rounds;
        this.money = money;
        this.audit = audit;
        this.clock = clock;
    }

    /** A cut-off, how many came in for it, and the panel that judges them. */
    record CutOff(Instant at, boolean isOver, int submitted, Optional<PanelId> panel) {}

    List<CutOff> cutOffs(Actor actor, String slug) {
        Calls.requireOfficer(actor);
        Call call = calls.named(Optional.of(actor), slug);
        if (!call.isPublished()) {
            return List.of();
        }
        Instant now = clock.instant();
        return call.definition().cutOffInstants().stream()
                .map(at -> new CutOff(
                        at,
                        now.isAfter(at),
                        proposals.submitted(call.id(), at).size(),
                        panels.about(subject(call, at)).map(Panel::id)))
                .toList();
    }

    /** What the panel of a cut-off judges for. */
    static String subject(Call call, Instant cutOff) {
        return "call " + call.id() + " " + cutOff;
    }

    /** Opens the panel of a cut-off that is over, with all that came in for it. */
    @Transactional
    PanelId open(Actor actor, String slug, Instant cutOff) {
        Calls.requireOfficer(actor);
        Call call = lockPublished(slug);
        CallDefinition.Panel terms = call.definition().panel();
        if (call.isImported()
                || terms == null
                || !call.definition().cutOffInstants().contains(cutOff)) {
            throw Problem.invalid("cutOff", "programme.fault.no-cut-off");
        }
        if (!clock.instant().isAfter(cutOff)) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.cut-off-open", cutOff);
        }
        List<Proposal> submitted = proposals.submitted(call.id(), cutOff);
        if (submitted.isEmpty()) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.nothing-came");
        }
        return panels.open(
                        actor,
                        subject(call, cutOff),
                        call.definition().title(),
                        Objects.requireNonNull(call.definition().scheme()),
                        terms.reviewers(),
                        new Rule(terms.whenShort(), terms.reserve()),
                        submitted.stream().map(Selections::paper).toList())
                .id();
    }

    /** A draft may have no zone yet, or none that there is, and so no moments. */
    Call lockPublished(String slug) {
        Call call = table.lock(slug).orElseThrow(() -> Problem.notFound("call", slug));
        if (!call.isPublished()) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.not-published");
        }
        return call;
    }

    private static Paper paper(Proposal proposal) {
        Submission submission = proposal.submission().orElseThrow();
        ProposalContent content = submission.content();
        Set<OrganisationId> partners = new HashSet<>();
        content.partners().stream()
                .map(Partner::organisation)
                .filter(Objects::nonNull)
                .forEach(partner -> partners.add(new OrganisationId(partner)));
        Set<String> topics = new HashSet<>();
        content.topics().forEach(topic -> topics.add(topic.toLowerCase(java.util.Locale.ROOT)));
        return new Paper(
                proposal.id().value(),
                content.title(),
                proposal.organisation().orElseThrow(),
                partners,
                content.site().country(),
                topics,
                content.unionCents(),
                submission.at());
    }

    /**
     * Decides a panel for good: what is selected is committed from the budget of the call, and the states' shares with it.
     *
     * @param budgetCents of what the call has left
     */
    @Transactional
    Decision decide(Actor actor, String slug, PanelId panel, long budgetCents, String reason) {
        Calls.requireOfficer(actor);
        Call call = lockPublished(slug);
        Instant cutOff = cutOffOf(call, panel);
        requireLeft(call, budgetCents);
        Decision decision = panels.decide(actor, panel, budgetCents, reason);
        Round round = rounds.open(
                slug + "-" + decision.number(),
                call.id(),
                cutOff,
                decision.at().atZone(ZoneId.of(call.definition().zone())).toLocalDate(),
                OptionalLong.of(decision.number()),
                List.of());
        long states = 0;
        for (Line line : decision.outcome().selection().lines()) {
            Proposal proposal = proposals.lock(new ProposalId(line.paper())).orElseThrow();
            proposals.move(proposal, stateOf(line.verdict()), Optional.of(round.id()));
            if (line.verdict() == Verdict.SELECTED) {
                states = Math.addExact(states, shares(proposal));
            }
        }
        commit(
                call,
                round,
                "Decision " + decision.number() + " on the call " + slug,
                decision.outcome().selection().spent(),
                states);
        audit.record(
                actor.person(),
                null,
                "call.decided",
                call.subject(),
                Map.of(
                        "decision",
                        decision.number(),
                        "spent",
                        decision.outcome().selection().spent()));
        return decision;
    }

    /** The same, where only the panel is known. */
    @Transactional
    Decision decide(Actor actor, PanelId panel, long budgetCents, String reason) {
        Calls.requireOfficer(actor);
        return decide(actor, callOf(panel).slug(), panel, budgetCents, reason);
    }

    Call callOf(PanelId panel) {
        String[] words = panels.require(panel).subject().split(" ", -1);
        return calls.require(new CallId(UUID.fromString(words[1])));
    }

    Call callOf(Round round) {
        return calls.require(round.call());
    }

    /** @throws Problem where the panel is not of the call */
    Instant cutOffOf(Call call, PanelId panel) {
        return call.definition().cutOffInstants().stream()
                .filter(at -> panels.about(subject(call, at))
                        .map(Panel::id)
                        .filter(panel::equals)
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> Problem.notFound("panel", panel));
    }

    /** @throws Problem that tells what the call has left, where that is less */
    void requireLeft(Call call, long budgetCents) {
        long left = money.balance(call.budget().orElseThrow()).free();
        if (budgetCents < 0 || budgetCents > left) {
            throw Problem.of(ProblemType.NOT_ENOUGH_LEFT, "programme.refused.budget", Summary.euros(left))
                    .with(Map.of("leftCents", left));
        }
    }

    /** Commits to a round what the Union gives of the call's budget, and what the states give. */
    void commit(Call call, Round round, String reason, long union, long states) {
        List<Posting> postings = new ArrayList<>();
        if (union > 0) {
            postings.add(money.transfer(call.budget().orElseThrow(), round.union(), union, reason));
        }
        if (states > 0) {
            postings.add(money.from(Funder.STATES, round.states(), states, reason));
        }
        if (!postings.isEmpty()) {
            money.post(postings);
        }
    }

    static long shares(Proposal proposal) {
        return proposal.submission().orElseThrow().content().consortium().stream()
                .map(Member::shareCents)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .reduce(0, Math::addExact);
    }

    private static ProposalState stateOf(Verdict verdict) {
        return switch (verdict) {
            case SELECTED -> ProposalState.SELECTED;
            case RESERVE -> ProposalState.RESERVE;
            case NOT_FUNDED, BELOW_THRESHOLD -> ProposalState.REFUSED;
        };
    }

    /**
     * What an applicant is told of a decision. Who judged is not.
     *
     * @param rank among all that were judged
     * @param ofAll how many these were
     * @param missed the thresholds that it lies below
     * @param promotion how it came to a place afterwards that it had waited for
     * @param appealUntil when an appeal is possible
     */
    record Letter(
            long decision,
            Instant at,
            Verdict verdict,
            int rank,
            int ofAll,
            java.math.BigDecimal total,
            Map<String, java.math.BigDecimal> scores,
            List<String> missed,
            String reason,
            Optional<PromotionLetter> promotion,
            Instant appealUntil,
            Optional<Appeal> appeal) {}

    /** What an applicant is told who takes a place of the reserve list. */
    record PromotionLetter(long decision, Instant at, String reason) {}

    Optional<Letter> letter(Proposal proposal) {
        Call call = calls.require(proposal.call());
        CallDefinition.Panel terms = call.definition().panel();
        Optional<Decision> decision = proposal.submission()
                .flatMap(Submission::cutOff)
                .flatMap(cutOff -> panels.about(subject(call, cutOff)))
                .flatMap(panel -> panels.decision(panel.id()));
        if (decision.isEmpty() || terms == null) {
            return Optional.empty();
        }
        UUID id = proposal.id().value();
        Decision made = decision.get();
        Optional<Place> place = made.outcome().ranking().places().stream()
                .filter(one -> one.paper().equals(id))
                .findFirst();
        Optional<Line> line = made.outcome().selection().lines().stream()
                .filter(one -> one.paper().equals(id))
                .findFirst();
        if (place.isEmpty() || line.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Letter(
                made.number(),
                made.at(),
                line.get().verdict(),
                place.get().rank(),
                made.outcome().ranking().places().size(),
                place.get().total(),
                made.ground().candidates().stream()
                        .filter(candidate -> candidate.paper().equals(id))
                        .map(Candidate::scores)
                        .findFirst()
                        .orElse(Map.of()),
                place.get().missed(),
                made.reason(),
                promotions
                        .about(id)
                        .map(promoted -> new PromotionLetter(promoted.number(), promoted.at(), promoted.reason())),
                made.at().plus(Duration.ofDays(terms.appealDays())),
                appeals.about(id)));
    }

    /** Appeals against the decision on a proposal. */
    @Transactional
    Appeal appeal(Actor actor, ProposalId id, String text) {
        Proposal proposal = proposals.find(id).orElseThrow(() -> Problem.notFound("proposal", id));
        actor.requireMayChange(
                proposal.organisation().orElseThrow(() -> Problem.notFound("proposal", id)), "proposal", id);
        Letter letter =
                letter(proposal).orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "programme.refused.not-decided"));
        int answerDays = Objects.requireNonNull(
                        calls.require(proposal.call()).definition().panel())
                .answerDays();
        Appeal appeal = appeals.file(actor, id.value(), text, letter.appealUntil(), Duration.ofDays(answerDays));
        audit.record(
                actor.person(),
                proposal.organisation().orElse(null),
                "proposal.appealed",
                proposal.subject(),
                Map.of());
        return appeal;
    }
}
