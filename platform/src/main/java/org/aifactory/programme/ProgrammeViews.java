package org.aifactory.programme;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Fact;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.ledger.Balance;
import org.aifactory.programme.Call.Phase;
import org.aifactory.programme.CallDefinition.Part;
import org.aifactory.programme.CallDefinition.Rule;
import org.aifactory.programme.ProposalContent.MachineKind;
import org.aifactory.programme.ProposalContent.Member;
import org.aifactory.programme.ProposalContent.Role;
import org.aifactory.programme.Rounds.Round;
import org.aifactory.review.Scheme;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** Calls and rounds as people and programs read them, in the language of whoever asks. */
@Component
class ProgrammeViews {
    private final Rounds rounds;
    private final Calls calls;
    private final ProposalTable proposals;
    private final Countries countries;
    private final Money money;
    private final Organisations organisations;
    private final InstantSource clock;

    ProgrammeViews(
            Rounds rounds,
            Calls calls,
            ProposalTable proposals,
            Countries countries,
            Money money,
            Organisations organisations,
            InstantSource clock) {
        this.rounds = rounds;
        this.calls = calls;
        this.proposals = proposals;
        this.countries = countries;
        this.money = money;
        this.organisations = organisations;
        this.clock = clock;
    }

    /** What a call had to give, has given, and has left: in euros, as the ledger has it now. */
    record BudgetView(BigDecimal givenEur, BigDecimal committedEur, BigDecimal leftEur) {}

    record CategoryView(String id, Message name, BigDecimal rate) {}

    record RuleView(
            String id,
            Message text,
            String article,
            @Nullable String source) {}

    record DocumentView(String id, Message name, boolean required) {}

    record CutOffView(Instant at, boolean isOver) {}

    /**
     * A call.
     *
     * @param next the cut-off to which what is submitted now would belong
     * @param budget empty where it was published elsewhere, and for a draft
     */
    record CallView(
            CallId id,
            String slug,
            CallKind kind,
            Phase phase,
            int version,
            Message title,
            Message text,
            String zone,
            Optional<Instant> opens,
            Optional<Instant> closes,
            List<CutOffView> cutOffs,
            Optional<Instant> next,
            Optional<BudgetView> budget,
            List<CategoryView> categories,
            List<RuleView> rules,
            Set<Part> parts,
            List<DocumentView> documents,
            Optional<Scheme> scheme,
            Optional<CallDefinition.Panel> panel,
            List<Fact> facts,
            boolean imported,
            List<String> rounds) {}

    CallView view(Call call) {
        CallDefinition definition = call.definition();
        Instant now = clock.instant();
        Phase phase = call.phase(now);
        boolean isDated = isDated(definition);
        return new CallView(
                call.id(),
                call.slug(),
                call.kind(),
                phase,
                call.version(),
                definition.title().said(),
                definition.text().said(),
                definition.zone(),
                isDated ? definition.opening() : Optional.empty(),
                isDated ? definition.closing() : Optional.empty(),
                isDated
                        ? definition.cutOffInstants().stream()
                                .map(at -> new CutOffView(at, now.isAfter(at)))
                                .toList()
                        : List.of(),
                phase == Phase.OPEN || phase == Phase.ANNOUNCED ? definition.cutOffFor(now) : Optional.empty(),
                call.budget().map(money::balance).map(ProgrammeViews::view),
                definition.categories().stream()
                        .map(category ->
                                new CategoryView(category.id(), category.name().said(), category.rate()))
                        .toList(),
                definition.rules().stream().map(ProgrammeViews::view).toList(),
                definition.parts(),
                definition.documents().stream()
                        .map(document ->
                                new DocumentView(document.id(), document.name().said(), document.required()))
                        .toList(),
                Optional.ofNullable(definition.scheme()),
                Optional.ofNullable(definition.panel()),
                definition.facts(),
                call.isImported(),
                rounds.of(call.id()).stream().map(Round::slug).toList());
    }

    /** A draft may have no zone yet, or none that there is. */
    private static boolean isDated(CallDefinition definition) {
        return java.time.ZoneId.getAvailableZoneIds().contains(definition.zone());
    }

    private static RuleView view(Rule rule) {
        return new RuleView(rule.id(), rule.text().said(), rule.article(), rule.source());
    }

    private static BudgetView view(Balance balance) {
        return new BudgetView(
                Summary.euros(balance.granted()),
                Summary.euros(balance.spent() + balance.held()),
                Summary.euros(balance.free()));
    }

    /** @param shareEur empty where it was not published */
    record MemberView(
            String country,
            String name,
            Role role,
            boolean memberState,
            Optional<BigDecimal> shareEur,
            Optional<String> note,
            Optional<Mark> mark,
            List<String> sources) {}

    /** @param host whose it is; for what was proposed elsewhere, as it was published */
    record SelectedView(
            String title,
            String host,
            String city,
            String country,
            Optional<MachineKind> machine,
            String machineName,
            List<MemberView> consortium,
            List<Fact> facts) {}

    /**
     * What was decided for a cut-off.
     *
     * @param totalEur as it is booked; empty, like the two parts of it, where it was not published how much is whose
     * @param sharesEur what of the states' money was published country by country, and {@code notPublishedEur} the rest
     */
    record RoundView(
            String slug,
            String call,
            Message callTitle,
            Optional<Instant> cutOff,
            LocalDate announced,
            Optional<BigDecimal> totalEur,
            Optional<BigDecimal> unionEur,
            Optional<BigDecimal> statesEur,
            BigDecimal sharesEur,
            Optional<BigDecimal> notPublishedEur,
            List<Fact> facts,
            List<SelectedView> selected) {}

    /** All of them, the first first. */
    List<RoundView> rounds() {
        return rounds.all().stream().map(this::view).toList();
    }

    RoundView view(Round round) {
        Call call = calls.require(round.call());
        List<Proposal> selected = proposals.of(round.id()).stream()
                .filter(proposal -> proposal.state() == ProposalState.SELECTED)
                .toList();
        long union = money.balance(round.union()).granted();
        long states = money.balance(round.states()).granted();
        long shares = selected.stream()
                .flatMap(proposal -> submitted(proposal).consortium().stream())
                .map(Member::shareCents)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .reduce(0, Math::addExact);
        return new RoundView(
                round.slug(),
                call.slug(),
                call.definition().title().said(),
                round.cutOff(),
                round.announced(),
                booked(round, Math.addExact(union, states)),
                booked(round, union),
                booked(round, states),
                Summary.euros(shares),
                booked(round, Math.max(0, states - shares)),
                round.facts(),
                selected.stream().map(this::view).toList());
    }

    private Optional<BigDecimal> booked(Round round, long cents) {
        return rounds.isBooked(round) ? Optional.of(Summary.euros(cents)) : Optional.empty();
    }

    private static ProposalContent submitted(Proposal proposal) {
        return proposal.submission().orElseThrow().content();
    }

    private SelectedView view(Proposal proposal) {
        ProposalContent content = submitted(proposal);
        return new SelectedView(
                content.title(),
                host(proposal, content),
                content.site().city(),
                content.site().country(),
                Optional.ofNullable(content.machine().kind()),
                content.machine().name(),
                content.consortium().stream().map(this::view).toList(),
                content.facts());
    }

    /** What was written here of a site was written for those who judge, and is not published. */
    private String host(Proposal proposal, ProposalContent content) {
        return proposal.organisation().isEmpty()
                ? content.site().text()
                : proposal.organisation()
                        .flatMap(organisations::find)
                        .map(Organisation::name)
                        .orElse("");
    }

    private MemberView view(Member member) {
        Role role = member.role();
        return new MemberView(
                member.country(),
                nameOf(member.country()),
                role == null ? Role.JOINER : role,
                countries.in(Countries.EUROPEAN_UNION).contains(member.country()),
                Optional.ofNullable(member.shareCents()).map(Summary::euros),
                Optional.ofNullable(member.note()),
                Optional.ofNullable(member.mark()),
                member.sources());
    }

    static String nameOf(String country) {
        Locale language = LocaleContextHolder.getLocale();
        return Locale.of("", country).getDisplayCountry(language);
    }
}
