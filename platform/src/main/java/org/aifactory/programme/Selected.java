package org.aifactory.programme;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.programme.CallDefinition.Category;
import org.aifactory.programme.CallDefinition.Test;
import org.aifactory.programme.ProposalContent.Cost;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.Rounds.Round;
import org.aifactory.programme.SelectedProposal.Backer;
import org.aifactory.programme.SelectedProposal.Ceiling;
import org.springframework.stereotype.Service;

/** What calls for factories have selected, for those who make factories of it. */
@Service
public class Selected {
    private final Rounds rounds;
    private final Calls calls;
    private final ProposalTable proposals;
    private final Countries countries;
    private final Organisations organisations;

    Selected(Rounds rounds, Calls calls, ProposalTable proposals, Countries countries, Organisations organisations) {
        this.rounds = rounds;
        this.calls = calls;
        this.proposals = proposals;
        this.countries = countries;
        this.organisations = organisations;
    }

    /** All, those that were decided first first. */
    public List<SelectedProposal> all() {
        return rounds.all().stream()
                .flatMap(round -> proposals.of(round.id()).stream()
                        .flatMap(proposal -> selected(proposal, Optional.of(round)).stream()))
                .toList();
    }

    /** Empty where there is no such proposal, and where it is not selected. */
    public Optional<SelectedProposal> find(ProposalId id) {
        return proposals.find(id).flatMap(this::selected);
    }

    /** The same, which stays selected until the transaction ends. */
    public Optional<SelectedProposal> hold(ProposalId id) {
        return proposals.lock(id).flatMap(this::selected);
    }

    /** The one that a file named so. */
    public Optional<SelectedProposal> named(String slug) {
        return proposals.named(slug).flatMap(this::selected);
    }

    private Optional<SelectedProposal> selected(Proposal proposal) {
        return selected(
                proposal,
                rounds.all().stream()
                        .filter(round -> proposal.round().equals(Optional.of(round.id())))
                        .findFirst());
    }

    private Optional<SelectedProposal> selected(Proposal proposal, Optional<Round> round) {
        if (proposal.state() != ProposalState.SELECTED
                || round.isEmpty()
                || proposal.submission().isEmpty()) {
            return Optional.empty();
        }
        Call call = calls.require(proposal.call());
        return call.kind() == CallKind.FACTORY
                ? Optional.of(selected(proposal, proposal.submission().get().content(), call, round.get()))
                : Optional.empty();
    }

    private SelectedProposal selected(Proposal proposal, ProposalContent content, Call call, Round round) {
        CallDefinition definition = call.definition();
        return new SelectedProposal(
                proposal.id(),
                call.slug(),
                definition.title().said(),
                round.announced(),
                content.title(),
                proposal.organisation(),
                proposal.organisation()
                        .map(owner -> organisations
                                .find(owner)
                                .map(Organisation::name)
                                .orElse(""))
                        .orElseGet(() -> content.site().text()),
                content.site().city(),
                content.site().country(),
                content.consortium().stream()
                        .map(Selected::backer)
                        .sorted(Comparator.comparing(Backer::isHost).reversed())
                        .toList(),
                content.costCents(),
                content.unionCents(),
                ceiling(definition, content),
                country -> isIn(definition, Test.HOST_COUNTRY_IN, country),
                country -> isIn(definition, Test.JOINER_COUNTRY_IN, country),
                proposal.organisation().isEmpty());
    }

    private static Backer backer(Member member) {
        Long share = member.shareCents();
        return new Backer(
                member.country(),
                member.role() == Role.HOST,
                share == null ? OptionalLong.empty() : OptionalLong.of(share),
                Optional.ofNullable(member.note()),
                Optional.ofNullable(member.mark()),
                member.sources());
    }

    /** By the costs of the proposal; where it has none, the highest rate of the call. */
    private static Optional<Ceiling> ceiling(CallDefinition call, ProposalContent content) {
        if (content.costCents() > 0) {
            BigDecimal part = content.costs().stream()
                    .map(cost -> rate(call, cost).multiply(BigDecimal.valueOf(cost.amountCents())))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            return Optional.of(new Ceiling(part, BigDecimal.valueOf(content.costCents())));
        }
        return call.categories().stream()
                .map(Category::rate)
                .max(BigDecimal::compareTo)
                .map(rate -> new Ceiling(rate, BigDecimal.ONE));
    }

    private static BigDecimal rate(CallDefinition call, Cost cost) {
        return call.category(cost.category()).map(Category::rate).orElse(BigDecimal.ZERO);
    }

    private boolean isIn(CallDefinition call, Test test, String country) {
        return call.rules().stream()
                .filter(rule -> rule.test() == test)
                .map(rule -> Optional.ofNullable(rule.group()).orElse(""))
                .map(countries::in)
                .allMatch((Set<String> group) -> group.contains(country));
    }
}
