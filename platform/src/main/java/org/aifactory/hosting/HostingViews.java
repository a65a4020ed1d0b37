package org.aifactory.hosting;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.programme.Countries;
import org.aifactory.programme.ProposalId;
import org.aifactory.programme.SelectedProposal;
import org.aifactory.programme.SelectedProposal.Backer;
import org.aifactory.web.Message;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** Hosted factories as people and programs read them. Everybody may. */
@Component
class HostingViews {
    private static final int MOST_CHANGES = 200;

    private final HostingTable table;
    private final Hostings hostings;
    private final Factories factories;
    private final Countries countries;

    HostingViews(HostingTable table, Hostings hostings, Factories factories, Countries countries) {
        this.table = table;
        this.hostings = hostings;
        this.factories = factories;
        this.countries = countries;
    }

    /**
     * A participant's share.
     *
     * @param part of the whole, exactly; empty where it was not published
     * @param percent the same, rounded to four decimals
     * @param since the day from which the participant has been there without a break
     */
    record ShareView(
            String participant,
            Message name,
            Role role,
            boolean memberState,
            Optional<Ratio> part,
            Optional<BigDecimal> percent,
            LocalDate since,
            Optional<Mark> mark,
            List<String> sources) {}

    /** @param standing whether it is past, holds today, or is to come */
    record AgreementView(LocalDate from, Standing standing, List<ShareView> shares, String reason) {}

    enum Standing {
        PAST,
        CURRENT,
        COMING;

        public String slug() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param daysLate how many days ago it was to be reached; empty where it is not late */
    record MilestoneView(
            Step step,
            Optional<LocalDate> planned,
            Optional<LocalDate> reached,
            Optional<Long> daysLate,
            Optional<Mark> mark,
            List<String> sources) {}

    record ChangeView(
            Instant at,
            String kind,
            Optional<Step> step,
            Optional<LocalDate> before,
            Optional<LocalDate> day,
            String reason) {}

    /**
     * What a country committed in the proposal.
     *
     * @param eur empty where it was not published
     */
    record CommitmentView(
            String country,
            Message name,
            Role role,
            Optional<BigDecimal> eur,
            Optional<String> note,
            Optional<Mark> mark,
            List<String> sources) {}

    /** What the proposal costs, and who committed how much of it; empty where it was not published. */
    record MoneyView(Optional<BigDecimal> costEur, Optional<BigDecimal> unionEur, List<CommitmentView> commitments) {}

    record PlaceView(double latitude, double longitude, List<String> sources) {}

    /**
     * A factory that the programme has selected.
     *
     * @param factory its slug
     * @param imported whether it was selected elsewhere, so that much of it may be unknown
     * @param version to be named with each change
     * @param agreements in the order of their days
     * @param next the step that is to be reached next
     */
    record HostingView(
            String factory,
            String name,
            ProposalId proposal,
            String proposalTitle,
            String call,
            Message callTitle,
            LocalDate selected,
            boolean imported,
            int version,
            Optional<PlaceView> place,
            List<AgreementView> agreements,
            List<MilestoneView> milestones,
            Optional<Step> next,
            MoneyView money,
            List<ChangeView> changes) {

        /** Who shares it today; empty before the first agreement holds. */
        public Optional<AgreementView> current() {
            return agreements.stream()
                    .filter(agreement -> agreement.standing() == Standing.CURRENT)
                    .findFirst();
        }

        /** The one that holds last; from it the next is negotiated. */
        public Optional<AgreementView> latest() {
            return agreements.stream().reduce((first, later) -> later);
        }
    }

    HostingView view(String slug) {
        Hosting hosting = hostings.require(slug);
        return view(hosting, factories.require(hosting.factory()));
    }

    Optional<HostingView> find(String slug) {
        return factories
                .named(slug)
                .flatMap(factory -> table.find(factory.id()).map(hosting -> view(hosting, factory)));
    }

    private HostingView view(Hosting hosting, Factory factory) {
        SelectedProposal proposal = hostings.proposal(hosting);
        LocalDate today = hostings.today();
        List<Milestone> milestones = table.milestones(factory.id());
        return new HostingView(
                factory.slug(),
                factory.name(),
                proposal.id(),
                proposal.title(),
                proposal.call(),
                proposal.callTitle(),
                proposal.decided(),
                hosting.isImported(),
                hosting.version(),
                hosting.place().map(place -> new PlaceView(place.latitude(), place.longitude(), place.sources())),
                agreements(table.agreements(factory.id()), today),
                milestones.stream().map(milestone -> view(milestone, today)).toList(),
                new Milestones(milestones, proposal.decided(), today, hosting.isImported()).next(),
                money(proposal),
                table.changes(factory.id(), MOST_CHANGES).stream()
                        .map(change -> new ChangeView(
                                change.at(),
                                change.kind().slug(),
                                change.step(),
                                change.before(),
                                change.day(),
                                change.reason()))
                        .toList());
    }

    /** Who shares a factory on a day. */
    List<ShareView> shares(String slug, LocalDate day) {
        List<Agreement> agreements = table.agreements(hostings.require(slug).factory());
        return Agreement.on(day, agreements)
                .map(agreement -> shares(agreement, agreements))
                .orElse(List.of());
    }

    private List<AgreementView> agreements(List<Agreement> all, LocalDate today) {
        Optional<Agreement> current = Agreement.on(today, all);
        List<AgreementView> views = new ArrayList<>();
        for (Agreement agreement : all) {
            Standing standing = Standing.PAST;
            if (current.filter(agreement::equals).isPresent()) {
                standing = Standing.CURRENT;
            } else if (agreement.from().isAfter(today)) {
                standing = Standing.COMING;
            }
            views.add(new AgreementView(agreement.from(), standing, shares(agreement, all), agreement.reason()));
        }
        return views;
    }

    private List<ShareView> shares(Agreement agreement, List<Agreement> all) {
        return agreement.shares().stream()
                .map(share -> new ShareView(
                        share.participant(),
                        nameOf(share.participant()),
                        share.role(),
                        countries.in(Countries.EUROPEAN_UNION).contains(share.participant()),
                        share.part(),
                        share.part().map(Ratio::percent),
                        since(share.participant(), agreement, all),
                        share.mark(),
                        share.sources()))
                .toList();
    }

    private static LocalDate since(String participant, Agreement agreement, List<Agreement> all) {
        LocalDate since = agreement.from();
        for (Agreement earlier : all.subList(0, all.indexOf(agreement)).reversed()) {
            if (earlier.shares().stream().noneMatch(share -> share.participant().equals(participant))) {
                break;
            }
            since = earlier.from();
        }
        return since;
    }

    private static MilestoneView view(Milestone milestone, LocalDate today) {
        return new MilestoneView(
                milestone.step(),
                milestone.planned(),
                milestone.reached(),
                milestone.isLate(today)
                        ? milestone.planned().map(day -> ChronoUnit.DAYS.between(day, today))
                        : Optional.empty(),
                milestone.mark(),
                milestone.sources());
    }

    private static MoneyView money(SelectedProposal proposal) {
        boolean isKnown = proposal.costCents() > 0;
        return new MoneyView(
                isKnown ? Optional.of(euros(proposal.costCents())) : Optional.empty(),
                isKnown ? Optional.of(euros(proposal.unionCents())) : Optional.empty(),
                proposal.backers().stream().map(HostingViews::view).toList());
    }

    private static CommitmentView view(Backer backer) {
        OptionalLong cents = backer.cents();
        return new CommitmentView(
                backer.country(),
                nameOf(backer.country()),
                backer.isHost() ? Role.HOST : Role.JOINER,
                cents.isPresent() ? Optional.of(euros(cents.getAsLong())) : Optional.empty(),
                backer.note(),
                backer.mark(),
                backer.sources());
    }

    /** Whole euros without decimals. */
    private static BigDecimal euros(long cents) {
        return cents % 100 == 0 ? BigDecimal.valueOf(cents / 100) : BigDecimal.valueOf(cents, 2);
    }

    /** In the language of whoever asks. */
    static Message nameOf(String participant) {
        return participant.equals(Share.UNION)
                ? Message.of("hosting.union")
                : Message.written(Locale.of("", participant).getDisplayCountry(LocaleContextHolder.getLocale()));
    }
}
