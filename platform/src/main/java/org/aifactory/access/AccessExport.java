package org.aifactory.access;

import java.io.IOException;
import java.util.List;
import org.aifactory.access.Caps.Cap;
import org.aifactory.access.Caps.Use;
import org.aifactory.access.Reports.Standing;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.springframework.stereotype.Component;

/** What an organisation has applied for, was granted and has spent. */
@Component
class AccessExport implements OrganisationExport {
    private final ApplicationTable applications;
    private final Allocations allocations;
    private final ChangeTable changes;
    private final Caps caps;
    private final Reports reports;
    private final Profiles profiles;
    private final Ledger ledger;

    AccessExport(
            ApplicationTable applications,
            Allocations allocations,
            ChangeTable changes,
            Caps caps,
            Reports reports,
            Profiles profiles,
            Ledger ledger) {
        this.applications = applications;
        this.allocations = allocations;
        this.changes = changes;
        this.caps = caps;
        this.reports = reports;
        this.profiles = profiles;
        this.ledger = ledger;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "applications",
                        "Each application as it was sent, what was found by machine, and the decision with its reason."),
                new Folder(
                        "allocations",
                        "Each allocation with its balance, caps, requests for more, and report; ledger.csv: every entry of its account; euros.csv: the same"
                                + " of what its commercial use costs; statement.csv: what each run took of it, to the second."));
    }

    /** An allocation with all that belongs to it. */
    record Exported(
            Allocation allocation,
            Balance balance,
            List<Cap> caps,
            List<Use> uses,
            List<Change> changes,
            Standing report) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        archive.json("organisation/profile.json", profiles.answers(organisation));
        for (Application application : applications.of(List.of(organisation), Integer.MAX_VALUE)) {
            String name = ExportArchive.name(
                    application.number() + "-" + application.project().title(), application.id());
            archive.json("applications/" + name + ".json", application);
        }
        for (Allocation allocation : allocations.of(organisation)) {
            String folder = folder(allocation);
            archive.json(
                    folder + "/allocation.json",
                    new Exported(
                            allocation,
                            ledger.balance(allocation.account()),
                            caps.of(allocation.id()),
                            caps.uses(allocation.id()),
                            changes.of(allocation.id()),
                            reports.standing(allocation)));
            archive.text(folder + "/ledger.csv", out -> ledger.writeCsv(allocation.account(), out));
            if (allocation.cost().isPresent()) {
                AccountId euros = allocation.cost().get().account();
                archive.text(folder + "/euros.csv", out -> ledger.writeCsv(euros, out));
            }
        }
    }

    private static String folder(Allocation allocation) {
        return "allocations/" + ExportArchive.name(allocation.project(), allocation.id());
    }
}
