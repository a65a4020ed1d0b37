package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AccessViews.BalanceView;
import org.aifactory.access.AccessViews.ClockView;
import org.aifactory.access.AccessViews.DecisionView;
import org.aifactory.access.AccessViews.PartitionView;
import org.aifactory.access.Allocation.Cost;
import org.aifactory.access.Caps.Cap;
import org.aifactory.access.Caps.Use;
import org.aifactory.access.Reports.Standing;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Price;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.Member;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.aifactory.web.Message;
import org.springframework.stereotype.Component;

/** Allocations as people and programs read them, in the language of whoever asks. */
@Component
class AllocationViews {
    private final Policy policy;
    private final Allocations allocations;
    private final Applications applications;
    private final Changes changes;
    private final Caps caps;
    private final Reports reports;
    private final AccessViews views;
    private final PolicyViews policyViews;
    private final Partitions partitions;
    private final Organisations organisations;
    private final Ledger ledger;
    private final Wording words;

    AllocationViews(
            Policy policy,
            Allocations allocations,
            Applications applications,
            Changes changes,
            Caps caps,
            Reports reports,
            AccessViews views,
            PolicyViews policyViews,
            Partitions partitions,
            Organisations organisations,
            Ledger ledger,
            Wording words) {
        this.policy = policy;
        this.allocations = allocations;
        this.applications = applications;
        this.changes = changes;
        this.caps = caps;
        this.reports = reports;
        this.views = views;
        this.policyViews = policyViews;
        this.partitions = partitions;
        this.organisations = organisations;
        this.ledger = ledger;
        this.words = words;
    }

    /**
     * @param reference of the application, as people say it
     * @param balance in the ledger's unit
     * @param hours the same four numbers in hours of every unit of the partition
     * @param price of what is free in commercial use, in euro cents; empty where there is no price
     * @param cost in euro cents; empty where it costs nothing
     */
    record AllocationView(
            AllocationId id,
            String reference,
            ApplicationId application,
            OrganisationId organisation,
            String organisationName,
            String project,
            String mode,
            String modeName,
            PartitionView partition,
            Instant from,
            Instant until,
            AllocationState state,
            boolean commercial,
            BalanceView balance,
            Map<String, Map<HourUnit, BigDecimal>> hours,
            Optional<Long> price,
            Optional<CostView> cost,
            Optional<Instant> reportDue,
            List<WarningView> warnings) {}

    /**
     * What commercial use costs, in euro cents.
     *
     * @param centsPerHour of the unit that time is granted in, as it was at the grant
     * @param balance granted is the most that all of it may cost, and spent is what is owed
     */
    record CostView(long centsPerHour, BalanceView balance) {}

    /** An allocation with all that is known of it. */
    record AllocationDetail(
            AllocationView allocation, List<CapView> caps, List<UseView> uses, List<ChangeView> changes) {}

    /** @param tone {@code warn} or {@code bad}, as pages colour it */
    record WarningView(String kind, String tone, Message text) {}

    /** @param subject a person's id, a project's name, or {@code *} for each that has none of their own */
    record CapView(Caps.Kind kind, String subject, String name, long amount, Map<HourUnit, BigDecimal> hours) {}

    record UseView(
            PersonId person,
            String name,
            String project,
            long held,
            long spent,
            Map<HourUnit, BigDecimal> hoursHeld,
            Map<HourUnit, BigDecimal> hoursSpent) {}

    record ChangeView(
            UUID id,
            AllocationId allocation,
            String project,
            String organisationName,
            Change.Kind kind,
            int months,
            long amount,
            Map<HourUnit, BigDecimal> hours,
            String purpose,
            ApplicationState state,
            Instant asked,
            Optional<Instant> promisedBy,
            ClockView clock,
            Optional<DecisionView> decision) {}

    /**
     * A report with the figures that are known: only judgement is asked of people.
     *
     * @param extensionMonths granted beyond the months of the application
     */
    record ReportView(
            AllocationId allocation,
            String reference,
            String project,
            String purpose,
            PartitionView partition,
            Instant from,
            Instant until,
            int months,
            int extensionMonths,
            Map<HourUnit, BigDecimal> granted,
            Map<HourUnit, BigDecimal> spent,
            List<UseView> uses,
            Standing standing) {}

    List<AllocationView> all(List<Allocation> all) {
        Map<AccountId, Balance> balances =
                ledger.balances(all.stream().map(Allocation::account).toList());
        return all.stream()
                .map(allocation ->
                        view(allocation, java.util.Objects.requireNonNull(balances.get(allocation.account()))))
                .toList();
    }

    AllocationView view(Allocation allocation) {
        return view(allocation, ledger.balance(allocation.account()));
    }

    private AllocationView view(Allocation allocation, Balance balance) {
        Partition partition = partitions.require(allocation.partition());
        Standing report = reports.standing(allocation);
        return new AllocationView(
                allocation.id(),
                views.reference(applications.require(allocation.application())),
                allocation.application(),
                allocation.organisation(),
                views.nameOf(allocation.organisation()),
                allocation.project(),
                allocation.mode(),
                policyViews.in(policy.nameOf(allocation.mode())),
                views.view(partition),
                allocation.from(),
                allocation.until(),
                allocation.state(),
                allocation.commercial(),
                BalanceView.of(balance),
                hours(partition, balance),
                price(allocation, partition)
                        .map(price -> price.of(Math.max(0, balance.free())).value()),
                cost(allocation),
                report.due(),
                warnings(allocation, partition, balance, report));
    }

    private static Optional<Price> price(Allocation allocation, Partition partition) {
        return allocation.cost().map(Cost::price).or(partition::price);
    }

    private Optional<CostView> cost(Allocation allocation) {
        return allocation
                .cost()
                .map(cost -> new CostView(cost.price().centsPerHour(), BalanceView.of(ledger.balance(cost.account()))));
    }

    private static Map<String, Map<HourUnit, BigDecimal>> hours(Partition partition, Balance balance) {
        Map<String, Map<HourUnit, BigDecimal>> hours = new LinkedHashMap<>();
        hours.put("granted", partition.inAllUnits(balance.granted()));
        hours.put("held", partition.inAllUnits(balance.held()));
        hours.put("spent", partition.inAllUnits(balance.spent()));
        hours.put("free", partition.inAllUnits(balance.free()));
        return hours;
    }

    private List<WarningView> warnings(Allocation allocation, Partition partition, Balance balance, Standing report) {
        List<WarningView> warnings = new ArrayList<>();
        if (allocation.state() == AllocationState.ACTIVE) {
            endsSoon(allocation, partition, balance).ifPresent(warnings::add);
            if (AccessSweep.isNearlySpent(policy, balance)) {
                warnings.add(new WarningView(
                        "NEARLY_SPENT",
                        "warn",
                        Message.of("access.warning.nearly-spent", Wording.time(partition, balance.free()))));
            }
        } else if (report.overdue() && report.due().isPresent()) {
            warnings.add(new WarningView(
                    "REPORT_OVERDUE",
                    "bad",
                    Message.of(
                            "access.report.overdue",
                            allocation.project(),
                            words.day(report.due().get()))));
        } else if (report.filed().isEmpty() && report.due().isPresent()) {
            warnings.add(new WarningView(
                    "REPORT_DUE",
                    "warn",
                    Message.of(
                            "access.warning.report-due", words.day(report.due().get()))));
        }
        return warnings;
    }

    /** An award must not die unused unseen: the more is left the louder. */
    private Optional<WarningView> endsSoon(Allocation allocation, Partition partition, Balance balance) {
        long daysLeft = AccessSweep.daysLeft(allocation, allocations.now());
        int first = policy.warnings().daysLeft().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
        if (daysLeft > first) {
            return Optional.empty();
        }
        int percent = AccessSweep.freePercent(balance);
        boolean muchUnused = BigDecimal.valueOf(percent)
                        .movePointLeft(2)
                        .compareTo(policy.warnings().unusedShare())
                > 0;
        return Optional.of(new WarningView(
                muchUnused ? "ENDS_SOON_UNUSED" : "ENDS_SOON",
                muchUnused ? "bad" : "warn",
                Message.of(
                        "access.warning.ends-soon",
                        Math.max(0, daysLeft),
                        Wording.time(partition, Math.max(0, balance.free())),
                        percent)));
    }

    AllocationDetail detail(Actor actor, AllocationId id) {
        Allocation allocation = allocations.find(actor, id);
        Partition partition = partitions.require(allocation.partition());
        Map<String, String> names = names(actor, allocation.organisation());
        return new AllocationDetail(
                view(allocation),
                caps.of(id).stream().map(cap -> view(partition, names, cap)).toList(),
                caps.uses(id).stream().map(use -> view(partition, names, use)).toList(),
                changes.of(actor, id).stream().map(this::view).toList());
    }

    private Map<String, String> names(Actor actor, OrganisationId organisation) {
        Map<String, String> names = new LinkedHashMap<>();
        for (Member member : organisations.members(actor, organisation)) {
            names.put(member.person().toString(), member.name());
        }
        return names;
    }

    private static CapView view(Partition partition, Map<String, String> names, Cap cap) {
        return new CapView(
                cap.kind(),
                cap.subject(),
                names.getOrDefault(cap.subject(), cap.subject()),
                cap.amount(),
                partition.inAllUnits(cap.amount()));
    }

    private static UseView view(Partition partition, Map<String, String> names, Use use) {
        return new UseView(
                use.person(),
                names.getOrDefault(use.person().toString(), ""),
                use.project(),
                use.held(),
                use.spent(),
                partition.inAllUnits(use.held()),
                partition.inAllUnits(use.spent()));
    }

    ChangeView view(Change change) {
        Allocation allocation = allocations.require(change.allocation());
        Partition partition = partitions.require(allocation.partition());
        return new ChangeView(
                change.id(),
                change.allocation(),
                allocation.project(),
                views.nameOf(allocation.organisation()),
                change.kind(),
                change.months(),
                change.amount(),
                change.amount() == 0 ? Map.of() : partition.inAllUnits(change.amount()),
                change.purpose(),
                change.state(),
                change.asked(),
                change.promisedBy(),
                views.clock(change.promisedBy(), change.decision()),
                change.decision()
                        .map(decision -> new DecisionView(
                                change.state(),
                                decision.at(),
                                decision.by().isPresent() ? "PERSON" : "POLICY",
                                decision.reason())));
    }

    ReportView report(Actor actor, AllocationId id) {
        Allocation allocation = allocations.find(actor, id);
        Application application = applications.require(allocation.application());
        Partition partition = partitions.require(allocation.partition());
        Balance balance = ledger.balance(allocation.account());
        Map<String, String> names = names(actor, allocation.organisation());
        int extension = changes.of(actor, id).stream()
                .filter(change -> change.state() == ApplicationState.GRANTED)
                .mapToInt(Change::months)
                .sum();
        return new ReportView(
                id,
                views.reference(application),
                allocation.project(),
                application.project().purpose(),
                views.view(partition),
                allocation.from(),
                allocation.until(),
                application.months(),
                extension,
                partition.inAllUnits(balance.granted()),
                partition.inAllUnits(balance.spent()),
                caps.uses(id).stream().map(use -> view(partition, names, use)).toList(),
                reports.standing(allocation));
    }
}
