package org.aifactory.hosting;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.FactoryId;
import org.aifactory.hosting.Change.Kind;
import org.aifactory.hosting.Hosting.Place;
import org.aifactory.hosting.HostingForms.AgreementForm;
import org.aifactory.hosting.HostingForms.FactoryForm;
import org.aifactory.hosting.HostingForms.MilestoneForm;
import org.aifactory.hosting.HostingForms.PlaceForm;
import org.aifactory.hosting.HostingForms.TakingBackForm;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.programme.Countries;
import org.aifactory.programme.ProposalId;
import org.aifactory.programme.Selected;
import org.aifactory.programme.SelectedProposal;
import org.aifactory.programme.SelectedProposal.Backer;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * From selection to factory. The programme office makes a factory of what was selected and enters who shares it from when on; the office and
 * those who operate the factory enter how far it has come. Each change is locked, counted, recorded, and told to everybody.
 */
@Service
class Hostings {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 1000;

    private final HostingTable table;
    private final Selected selected;
    private final Factories factories;
    private final Organisations organisations;
    private final Countries countries;
    private final AuditTrail audit;
    private final InstantSource clock;

    Hostings(
            HostingTable table,
            Selected selected,
            Factories factories,
            Organisations organisations,
            Countries countries,
            AuditTrail audit,
            InstantSource clock) {
        this.table = table;
        this.selected = selected;
        this.factories = factories;
        this.organisations = organisations;
        this.countries = countries;
        this.audit = audit;
        this.clock = clock;
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    Factory factory(String slug) {
        return factories.named(slug).orElseThrow(() -> Problem.notFound("factory", slug));
    }

    /** @throws Problem that there is no such factory, or none that the programme has selected */
    Hosting require(String slug) {
        return table.find(factory(slug).id()).orElseThrow(() -> notHosted(slug));
    }

    private static Problem notHosted(String slug) {
        return Problem.of(ProblemType.NOT_FOUND, "hosting.refused.not-hosted", slug);
    }

    SelectedProposal proposal(Hosting hosting) {
        return selected.find(hosting.proposal()).orElseThrow(() -> Problem.notFound("proposal", hosting.proposal()));
    }

    /** What was selected and is no factory yet. */
    List<SelectedProposal> waiting(Actor actor) {
        requireOfficer(actor);
        return waiting();
    }

    List<SelectedProposal> waiting() {
        return selected.all().stream()
                .filter(proposal -> table.of(proposal.id()).isEmpty())
                .toList();
    }

    /**
     * The one that is to become a factory.
     *
     * @throws Problem that there is none that is selected
     */
    SelectedProposal requireSelected(Actor actor, ProposalId id) {
        requireOfficer(actor);
        return selected.find(id).orElseThrow(() -> Problem.notFound("proposal", id));
    }

    boolean mayAgree(Actor actor) {
        return actor.isProgrammeOfficer();
    }

    boolean mayTell(Actor actor, Factory factory) {
        return actor.isProgrammeOfficer() || factories.mayOperate(actor, factory);
    }

    private static void requireOfficer(Actor actor) {
        if (!actor.isProgrammeOfficer()) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "hosting.refused.officer");
        }
    }

    /**
     * Makes a factory of a proposal that was selected, or says which of those that are there it is. Its consortium is that of the
     * proposal, from the day of the decision on. Asked again for the same factory, it changes nothing.
     */
    @Transactional
    Factory establish(Actor actor, ProposalId id, FactoryForm form) {
        requireOfficer(actor);
        SelectedProposal proposal = selected.hold(id).orElseThrow(() -> Problem.notFound("proposal", id));
        Optional<Hosting> known = table.of(id);
        if (known.isPresent()) {
            return sameAgain(known.get(), form);
        }
        requirePlace(form.latitude(), form.longitude(), true);
        Factory factory = form.factory() == null || form.factory().isBlank()
                ? found(actor, proposal, form)
                : existing(proposal, form.factory());
        Instant now = now();
        Hosting hosting = new Hosting(factory.id(), id, 1, Optional.empty(), proposal.isImported());
        if (!table.add(hosting, actor.person(), now)) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "hosting.refused.has-proposal", factory.name());
        }
        if (form.latitude() != null && form.longitude() != null) {
            table.place(factory.id(), new Place(form.latitude(), form.longitude(), List.of()));
        }
        List<Share> shares = shares(proposal);
        if (!shares.isEmpty()) {
            table.agree(factory.id(), new Agreement(proposal.decided(), shares, ""), actor.person(), now);
        }
        table.note(factory.id(), change(Kind.ESTABLISHED, null, null, proposal.decided(), ""));
        record(actor, factory, "hosting.established", Map.of("proposal", id, "factory", factory.slug()));
        return factory;
    }

    private Factory sameAgain(Hosting known, FactoryForm form) {
        Factory factory = factories.require(known.factory());
        String wanted = form.factory() == null || form.factory().isBlank() ? form.slug() : form.factory();
        if (!factory.slug().equals(wanted)) {
            throw Problem.of(ProblemType.NOT_NOW, "hosting.refused.is-factory", factory.name());
        }
        return factory;
    }

    private Factory existing(SelectedProposal proposal, String slug) {
        Factory factory =
                factories.named(slug).orElseThrow(() -> Problem.invalid("factory", "hosting.fault.no-factory", slug));
        // This computer stands nobody knows where.
        if (factory.country()
                .filter(country -> !country.equals(proposal.country()))
                .isPresent()) {
            throw Problem.invalid(
                    "factory", "hosting.fault.other-country", factory.country().orElse(""), proposal.country());
        }
        return factory;
    }

    private Factory found(Actor actor, SelectedProposal proposal, FactoryForm form) {
        String slug = form.slug() == null ? "" : form.slug().strip();
        String name = form.name() == null ? "" : form.name().strip();
        List<FieldFault> faults = new ArrayList<>();
        if (!SLUG.matcher(slug).matches()) {
            faults.add(FieldFault.of("slug", "federation.fault.slug"));
        }
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            faults.add(FieldFault.of("name", "hosting.fault.name", LONGEST_NAME));
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        FactoryId id = factories.found(
                actor,
                new Factory(
                        FactoryId.random(),
                        slug,
                        name,
                        proposal.organisation()
                                .filter(owner -> organisations
                                        .find(owner)
                                        .filter(known -> known.kind() == OrganisationKind.FACTORY)
                                        .isPresent()),
                        proposal.host(),
                        proposal.city(),
                        Optional.of(proposal.country()),
                        List.of()));
        return factories.require(id);
    }

    /** As the proposal has them; of what was proposed elsewhere, who takes part alone. None where the proposal says nothing of money. */
    static List<Share> shares(SelectedProposal proposal) {
        List<Share> shares = new ArrayList<>();
        if (proposal.isImported()) {
            shares.add(Share.unknown(Share.UNION, Role.UNION));
            proposal.backers().forEach(backer -> shares.add(Share.unknown(backer.country(), role(backer))));
            return shares;
        }
        long whole = proposal.costCents();
        boolean isWhole = proposal.backers().stream()
                        .mapToLong(backer -> backer.cents().orElse(0))
                        .reduce(proposal.unionCents(), Math::addExact)
                == whole;
        if (whole == 0 || !isWhole || proposal.backers().stream().noneMatch(Backer::isHost)) {
            return List.of();
        }
        if (proposal.unionCents() > 0) {
            shares.add(Share.agreed(Share.UNION, Role.UNION, new Ratio(proposal.unionCents(), whole)));
        }
        proposal.backers()
                .forEach(backer -> shares.add(Share.agreed(
                        backer.country(), role(backer), new Ratio(backer.cents().orElse(0), whole))));
        return shares;
    }

    private static Role role(Backer backer) {
        return backer.isHost() ? Role.HOST : Role.JOINER;
    }

    /** Other shares, and maybe other participants, from a day to come on. All that was until then stays. */
    @Transactional
    Hosting agree(Actor actor, String slug, AgreementForm form) {
        requireOfficer(actor);
        Factory factory = factory(slug);
        Hosting hosting = lock(factory, form.version());
        Optional<Agreement> latest = table.agreements(factory.id()).stream().reduce((first, later) -> later);
        List<FieldFault> faults = ShareRules.faults(form, countries, proposal(hosting), latest, today());
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        long whole = Objects.requireNonNull(form.whole());
        LocalDate from = Objects.requireNonNull(form.from());
        String reason = Objects.requireNonNull(form.reason()).strip();
        List<Share> shares = Objects.requireNonNull(form.shares()).stream()
                .map(share -> Share.agreed(
                        Objects.requireNonNull(share.participant()),
                        Objects.requireNonNull(share.role()),
                        new Ratio(Objects.requireNonNull(share.part()), whole)))
                .toList();
        table.agree(factory.id(), new Agreement(from, shares, reason), actor.person(), now());
        table.countChange(factory.id());
        table.note(factory.id(), change(Kind.AGREED, null, null, from, reason));
        record(actor, factory, "hosting.agreed", Map.of("from", from, "shares", told(shares)));
        return require(slug);
    }

    static Map<String, String> told(List<Share> shares) {
        Map<String, String> told = new java.util.TreeMap<>();
        shares.forEach(share -> told.put(
                share.participant(),
                share.part().map(part -> part.part() + "/" + part.whole()).orElse("?")));
        return told;
    }

    /** Takes back what was agreed for a day that has not begun. */
    @Transactional
    Hosting takeBack(Actor actor, String slug, TakingBackForm form) {
        requireOfficer(actor);
        Factory factory = factory(slug);
        lock(factory, form.version());
        LocalDate from = form.from();
        if (from == null
                || table.agreements(factory.id()).stream()
                        .noneMatch(agreement -> agreement.from().equals(from))) {
            throw Problem.invalid("from", "hosting.fault.no-agreement");
        }
        if (!from.isAfter(today())) {
            throw Problem.invalid("from", "hosting.fault.past", today().toString());
        }
        String reason = reason(form.reason(), true);
        table.takeBack(factory.id(), from);
        table.countChange(factory.id());
        table.note(factory.id(), change(Kind.TAKEN_BACK, null, null, from, reason));
        record(actor, factory, "hosting.taken-back", Map.of("from", from, "reason", reason));
        return require(slug);
    }

    /** The dates of a step, planned and real. The hosting agreement is the office's; the other steps those tell as well who operate the factory. */
    @Transactional
    Hosting tell(Actor actor, String slug, Step step, MilestoneForm form) {
        Factory factory = factory(slug);
        if (!mayTell(actor, factory)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "hosting.refused.teller", factory.name());
        }
        if (step == Step.AGREEMENT) {
            requireOfficer(actor);
        }
        Hosting hosting = lock(factory, form.version());
        Milestones milestones = new Milestones(
                table.milestones(factory.id()), proposal(hosting).decided(), today(), hosting.isImported());
        Milestone before = milestones.of(step);
        Milestone after = before.with(Optional.ofNullable(form.planned()), Optional.ofNullable(form.reached()));
        if (before.planned().equals(after.planned()) && before.reached().equals(after.reached())) {
            return hosting;
        }
        List<FieldFault> faults = milestones.faults(step, after.planned(), after.reached());
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        boolean isFirst = before.planned().isEmpty() && before.reached().isEmpty();
        boolean isReached =
                before.planned().equals(after.planned()) && before.reached().isEmpty();
        String reason = reason(form.reason(), !isFirst && !isReached);
        table.set(factory.id(), after, actor.person());
        table.countChange(factory.id());
        if (!before.planned().equals(after.planned())) {
            table.note(factory.id(), change(Kind.PLANNED, step, before.planned().orElse(null), form.planned(), reason));
        }
        if (!before.reached().equals(after.reached())) {
            table.note(factory.id(), change(Kind.REACHED, step, before.reached().orElse(null), form.reached(), reason));
        }
        record(
                actor,
                factory,
                "hosting.milestone",
                Map.of(
                        "step", step,
                        "planned", after.planned().map(LocalDate::toString).orElse("–"),
                        "reached", after.reached().map(LocalDate::toString).orElse("–")));
        return require(slug);
    }

    /** Where the machine stands, for the map. */
    @Transactional
    Hosting place(Actor actor, String slug, PlaceForm form) {
        requireOfficer(actor);
        Factory factory = factory(slug);
        requirePlace(form.latitude(), form.longitude(), false);
        lock(factory, form.version());
        double latitude = Objects.requireNonNull(form.latitude());
        double longitude = Objects.requireNonNull(form.longitude());
        table.place(factory.id(), new Place(latitude, longitude, List.of()));
        table.countChange(factory.id());
        record(actor, factory, "hosting.placed", Map.of("latitude", latitude, "longitude", longitude));
        return require(slug);
    }

    private static void requirePlace(@Nullable Double latitude, @Nullable Double longitude, boolean mayMiss) {
        if (latitude == null && longitude == null && mayMiss) {
            return;
        }
        if (latitude == null || longitude == null || !Place.isOnEarth(latitude, longitude)) {
            throw Problem.invalid(latitude == null ? "latitude" : "longitude", "hosting.fault.place");
        }
    }

    private static String reason(@Nullable String text, boolean isNeeded) {
        String reason = text == null ? "" : text.strip();
        if (isNeeded && reason.isEmpty()) {
            throw Problem.invalid("reason", "hosting.fault.reason");
        }
        if (reason.length() > LONGEST_REASON || reason.indexOf('\0') >= 0) {
            throw Problem.invalid("reason", "hosting.fault.long", LONGEST_REASON);
        }
        return reason;
    }

    private Hosting lock(Factory factory, @Nullable Integer version) {
        Hosting hosting = table.lock(factory.id()).orElseThrow(() -> notHosted(factory.slug()));
        if (version == null || version != hosting.version()) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "hosting.refused.changed", hosting.version())
                    .with(Map.of("version", hosting.version()));
        }
        return hosting;
    }

    private Change change(
            Kind kind, @Nullable Step step, @Nullable LocalDate before, @Nullable LocalDate day, String reason) {
        return new Change(
                now(), kind, Optional.ofNullable(step), Optional.ofNullable(before), Optional.ofNullable(day), reason);
    }

    private void record(Actor actor, Factory factory, String action, Map<String, ?> details) {
        audit.record(actor.person(), factory.operator().orElse(null), action, "factory " + factory.id(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
