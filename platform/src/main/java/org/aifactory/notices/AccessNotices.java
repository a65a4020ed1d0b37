package org.aifactory.notices;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationWarned;
import org.aifactory.access.Allocations;
import org.aifactory.access.ApplicationDecided;
import org.aifactory.access.ApplicationState;
import org.aifactory.access.ApplicationWaits;
import org.aifactory.access.ChangeMoved;
import org.aifactory.access.Deciders;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Role;
import org.aifactory.ledger.Balance;
import org.aifactory.notices.Word.Count;
import org.aifactory.notices.Word.Moment;
import org.aifactory.notices.Word.Said;
import org.aifactory.notices.Word.Text;
import org.aifactory.notices.Word.Time;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.stereotype.Component;

/** Tells of applications and allocations: whoever may spend what was granted, and whoever decides what waits. */
@Component
class AccessNotices {
    private static final int PERCENT = 100;

    private final Notifier notifier;
    private final Allocations allocations;
    private final Deciders deciders;
    private final Partitions partitions;
    private final Organisations organisations;

    AccessNotices(
            Notifier notifier,
            Allocations allocations,
            Deciders deciders,
            Partitions partitions,
            Organisations organisations) {
        this.notifier = notifier;
        this.allocations = allocations;
        this.deciders = deciders;
        this.partitions = partitions;
        this.organisations = organisations;
    }

    @ApplicationModuleListener(id = "notices.application-decided")
    void on(ApplicationDecided decided) {
        Optional<Allocation> granted =
                decided.state() == ApplicationState.GRANTED ? allocations.of(decided.application()) : Optional.empty();
        notifier.tell(
                thoseWhoSpend(decided.organisation()),
                new Telling(
                        "application " + decided.application() + " decided",
                        decided.organisation(),
                        Kind.APPLICATION,
                        granted.isPresent() ? "granted" : "refused",
                        granted.map(allocation -> granted(allocation, decided))
                                .orElseGet(() -> List.of(new Text(decided.project()), new Said(decided.reason()))),
                        granted.map(AccessNotices::page).orElse("/applications/" + decided.application())));
    }

    private List<Word> granted(Allocation allocation, ApplicationDecided decided) {
        Partition partition = partitions.require(allocation.partition());
        Balance balance = allocations.balance(allocation.id());
        return List.of(
                new Text(decided.project()),
                new Said(decided.reason()),
                new Time(balance.granted(), balance.unit()),
                new Text(partition.name()),
                new Moment(allocation.until()));
    }

    @ApplicationModuleListener(id = "notices.application-waits")
    void on(ApplicationWaits waits) {
        List<Word> words = List.of(new Text(waits.project()), new Text(name(waits.organisation())));
        notifier.tell(
                deciders.of(waits.application()),
                new Telling(
                        "application " + waits.application() + " waits",
                        null,
                        Kind.REVIEW,
                        waits.promisedBy() == null ? "waits" : "waits-promised",
                        waits.promisedBy() == null ? words : with(words, new Moment(waits.promisedBy())),
                        "/applications/" + waits.application()));
    }

    @ApplicationModuleListener(id = "notices.change-moved")
    void on(ChangeMoved change) {
        String event = "change " + change.change() + " " + change.state();
        String kind = switch (change.kind()) {
            case EXTENSION -> "extension";
            case TOP_UP -> "top-up";
        };
        if (change.state() == ApplicationState.IN_REVIEW) {
            notifier.tell(
                    deciders.of(change.application()),
                    new Telling(
                            event,
                            null,
                            Kind.REVIEW,
                            kind + "-waits",
                            List.of(new Text(change.project()), new Text(name(change.organisation()))),
                            "/applications"));
            return;
        }
        Allocation allocation = allocations.require(change.allocation());
        Balance balance = allocations.balance(allocation.id());
        notifier.tell(
                thoseWhoSpend(change.organisation()),
                new Telling(
                        event,
                        change.organisation(),
                        Kind.ALLOCATION,
                        kind + (change.state() == ApplicationState.GRANTED ? "-granted" : "-refused"),
                        List.of(
                                new Text(change.project()),
                                change.reason() == null ? new Text("") : new Said(change.reason()),
                                new Moment(allocation.until()),
                                new Time(Math.max(0, balance.free()), balance.unit())),
                        page(allocation)));
    }

    @ApplicationModuleListener(id = "notices.allocation-warned")
    void on(AllocationWarned warned) {
        boolean isUnused = warned.free().value() > 0;
        String key = switch (warned.kind()) {
            case ENDS_SOON -> isUnused ? "ends-soon-unused" : "ends-soon";
            case NEARLY_SPENT, ENDED, REPORT_OVERDUE -> warned.kind().slug();
        };
        Allocation allocation = allocations.require(warned.allocation());
        notifier.tell(
                thoseWhoSpend(warned.organisation()),
                new Telling(
                        "allocation " + allocation.id() + " " + warned.kind() + " " + warned.daysLeft()
                                + " days before " + warned.until(),
                        warned.organisation(),
                        Kind.ALLOCATION,
                        key,
                        List.of(
                                new Text(warned.project()),
                                new Count(Math.max(0, warned.daysLeft())),
                                new Moment(warned.until()),
                                Time.of(warned.free()),
                                new Count(percent(warned.free().value(), allocation))),
                        page(allocation)));
    }

    private long percent(long free, Allocation allocation) {
        long granted = allocations.balance(allocation.id()).granted();
        return granted <= 0 ? 0 : Math.round(free * (double) PERCENT / granted);
    }

    private List<PersonId> thoseWhoSpend(OrganisationId organisation) {
        return organisations.withRole(organisation, Role.MEMBER);
    }

    private String name(OrganisationId organisation) {
        return organisations.find(organisation).map(Organisation::name).orElse("");
    }

    private static String page(Allocation allocation) {
        return "/allocations/" + allocation.id();
    }

    private static List<Word> with(List<Word> words, Word last) {
        return Stream.concat(words.stream(), Stream.of(last)).toList();
    }
}
