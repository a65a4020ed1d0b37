package org.aifactory.hosting;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.facts.FileFault;
import org.aifactory.facts.YamlPart;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.FactoryId;
import org.aifactory.hosting.Change.Kind;
import org.aifactory.identity.AuditTrail;
import org.aifactory.programme.Selected;
import org.aifactory.programme.SelectedProposal;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Enters which factories became of proposals that were selected elsewhere, with their consortia, milestones and places. */
@Service
public class HostingFolder {
    private final HostingTable table;
    private final Selected selected;
    private final Factories factories;
    private final AuditTrail audit;
    private final InstantSource clock;

    HostingFolder(HostingTable table, Selected selected, Factories factories, AuditTrail audit, InstantSource clock) {
        this.table = table;
        this.selected = selected;
        this.factories = factories;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Enters what stands in {@code hosting} of the folder, or, where one of the files is not as it should be, nothing. The same folder
     * again changes nothing; what was entered on the platform stays, and so do shares that were known. Where a person has agreed on
     * shares, or taken some back, no file enters any more.
     *
     * @return how many factories it has
     * @throws FileFault which names the file and the place
     */
    @Transactional
    public int load(Path folder) {
        Path place = folder.resolve("hosting");
        if (!Files.isDirectory(place)) {
            return 0;
        }
        List<HostingFile> files =
                YamlPart.filesIn(place).stream().map(HostingFile::new).toList();
        files.forEach(this::enter);
        return files.size();
    }

    private void enter(HostingFile file) {
        Factory factory = factories
                .named(file.factory.text())
                .orElseThrow(() -> file.factory.fault("there is no factory “" + file.factory.text() + "”."));
        SelectedProposal proposal = selected.named(file.proposal.text())
                .orElseThrow(() -> file.proposal.fault("no proposal “" + file.proposal.text() + "” was selected."));
        if (factory.country().filter(proposal.country()::equals).isEmpty()) {
            throw file.factory.fault("the factory is in another country than the proposal.");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Hosting hosting = new Hosting(factory.id(), proposal.id(), 1, Optional.empty(), true);
        boolean isNew = table.add(hosting, null, now);
        if (isNew) {
            table.note(
                    factory.id(),
                    new Change(
                            now,
                            Kind.ESTABLISHED,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(proposal.decided()),
                            ""));
            audit.record(null, null, "hosting.imported", hosting.subject(), Map.of("factory", factory.slug()));
        }
        Optional<Hosting> known = table.lock(factory.id());
        if (known.filter(one -> one.proposal().equals(proposal.id())).isEmpty()) {
            // Somebody made another factory of the proposal, or this one of another, and that stays.
            return;
        }
        boolean isPlacedByHand = known.flatMap(Hosting::place)
                .filter(place -> place.sources().isEmpty())
                .isPresent();
        if (!isPlacedByHand) {
            file.place
                    .filter(place -> !known.flatMap(Hosting::place).equals(Optional.of(place)))
                    .ifPresent(place -> place(hosting, place, isNew));
        }
        if (!table.isAgreedByHand(factory.id())) {
            agreements(file, proposal).stream()
                    .sorted(Comparator.comparing(Agreement::from))
                    .forEach(agreement -> agree(hosting, agreement, now, isNew));
        }
        file.milestones.forEach(milestone -> table.set(factory.id(), milestone, null));
    }

    private static List<Agreement> agreements(HostingFile file, SelectedProposal proposal) {
        return file.agreements.isEmpty()
                ? List.of(new Agreement(proposal.decided(), Hostings.shares(proposal), ""))
                : file.agreements;
    }

    private void place(Hosting hosting, Hosting.Place place, boolean isNew) {
        table.place(hosting.factory(), place);
        if (!isNew) {
            table.countChange(hosting.factory());
            audit.record(
                    null,
                    null,
                    "hosting.placed",
                    hosting.subject(),
                    Map.of("latitude", place.latitude(), "longitude", place.longitude()));
        }
    }

    /** What was not published may be later; what was known stays, and nothing is agreed for a time before it. */
    private void agree(Hosting hosting, Agreement told, Instant now, boolean isNew) {
        FactoryId factory = hosting.factory();
        List<Agreement> all = table.agreements(factory);
        Optional<Agreement> known = all.stream()
                .filter(agreement -> agreement.from().equals(told.from()))
                .findFirst();
        boolean isBefore = known.isEmpty()
                && all.stream().anyMatch(agreement -> agreement.from().isAfter(told.from()));
        boolean isAllKnown = known.filter(agreement -> agreement.shares().stream()
                        .allMatch(share -> share.part().isPresent()))
                .isPresent();
        if (isBefore || isAllKnown || known.filter(told::equals).isPresent()) {
            return;
        }
        known.ifPresent(agreement -> table.takeBack(factory, agreement.from()));
        table.agree(factory, told, null, now);
        if (!isNew) {
            table.countChange(factory);
            table.note(
                    factory,
                    new Change(
                            now,
                            Kind.AGREED,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(told.from()),
                            told.reason()));
            audit.record(
                    null,
                    null,
                    "hosting.agreed",
                    hosting.subject(),
                    Map.of("from", told.from(), "shares", Hostings.told(told.shares())));
        }
    }
}
