package org.aifactory.access;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.access.AccessApi.Verdict;
import org.aifactory.access.AllocationViews.AllocationDetail;
import org.aifactory.access.AllocationViews.AllocationView;
import org.aifactory.access.AllocationViews.ChangeView;
import org.aifactory.access.AllocationViews.ReportView;
import org.aifactory.access.Caps.Cap;
import org.aifactory.access.Reports.Report;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Piece;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Allocations over HTTP: what is left, and all that happens after the grant. */
@RestController
class AllocationsApi {
    private final Allocations allocations;
    private final AllocationViews views;
    private final Changes changes;
    private final Caps caps;
    private final Reports reports;
    private final Partitions partitions;
    private final AuditTrail audit;

    AllocationsApi(
            Allocations allocations,
            AllocationViews views,
            Changes changes,
            Caps caps,
            Reports reports,
            Partitions partitions,
            AuditTrail audit) {
        this.allocations = allocations;
        this.views = views;
        this.changes = changes;
        this.caps = caps;
        this.reports = reports;
        this.partitions = partitions;
        this.audit = audit;
    }

    @Operation(
            summary =
                    "The allocations of your organisations with their four numbers (granted = held + spent + free) and what to watch out for")
    @GetMapping("/api/allocations")
    List<AllocationView> allocations(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return views.all(Piece.of(allocations.of(actor), Allocation::id, after, most));
    }

    @Operation(summary = "An allocation")
    @GetMapping("/api/allocations/{allocation}")
    AllocationView allocation(Actor actor, @PathVariable UUID allocation) {
        return views.view(allocations.find(actor, new AllocationId(allocation)));
    }

    @Operation(summary = "An allocation with its caps, who has used it for what, and what was asked of it")
    @GetMapping("/api/allocations/{allocation}/detail")
    AllocationDetail detail(Actor actor, @PathVariable UUID allocation) {
        return views.detail(actor, new AllocationId(allocation));
    }

    /** @param key made by the caller: the same again changes nothing */
    record NewExtension(
            @NotNull @Min(1) @Max(120) Integer months,
            @NotBlank @Size(max = 5000) String reason,
            @Nullable UUID key) {}

    @Operation(summary = "Ask for a later end; where the mode is decided by policy it is granted in the answer")
    @PostMapping("/api/allocations/{allocation}/extension")
    ChangeView extend(Actor actor, @PathVariable UUID allocation, @Valid @RequestBody NewExtension wish) {
        return views.view(changes.extend(
                actor, new AllocationId(allocation), wish.months(), wish.reason(), Optional.ofNullable(wish.key())));
    }

    /** @param key made by the caller: the same again changes nothing */
    record NewTopUp(
            @NotNull BigDecimal hours,
            @NotNull HourUnit unit,
            @NotBlank @Size(max = 5000) String reason,
            @Nullable UUID key) {}

    @Operation(summary = "Ask for more time; where the mode is decided by policy it is granted in the answer")
    @PostMapping("/api/allocations/{allocation}/top-up")
    ChangeView topUp(Actor actor, @PathVariable UUID allocation, @Valid @RequestBody NewTopUp wish) {
        return views.view(changes.topUp(
                actor,
                new AllocationId(allocation),
                wish.hours(),
                wish.unit(),
                wish.reason(),
                Optional.ofNullable(wish.key())));
    }

    @Operation(summary = "Extensions and top-ups that wait for your decision")
    @GetMapping("/api/changes")
    List<ChangeView> waiting(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(changes.waitingFor(actor), Change::id, after, most).stream()
                .map(views::view)
                .toList();
    }

    /** @param reason whoever asked reads it */
    record ChangeDecision(
            @NotNull Verdict decision,
            @NotBlank @Size(max = 5000) String reason) {}

    @Operation(summary = "Grant or refuse an extension or a top-up (a reviewer, or whoever operates the partition)")
    @PostMapping("/api/changes/{change}/decision")
    ChangeView decide(Actor actor, @PathVariable UUID change, @Valid @RequestBody ChangeDecision wish) {
        return views.view(changes.decide(actor, change, wish.decision() == Verdict.GRANT, wish.reason()));
    }

    @Operation(summary = "Give back what is not used; what runs is settled all the same")
    @PostMapping("/api/allocations/{allocation}/return")
    AllocationView giveBack(Actor actor, @PathVariable UUID allocation) {
        return views.view(changes.giveBack(actor, new AllocationId(allocation)));
    }

    /** @param subject a person's id, a project's name, or {@code *} for each that has none of their own */
    record NewCap(
            @NotNull Caps.Kind kind,
            @NotBlank @Size(max = 200) String subject,
            @NotNull BigDecimal hours) {}

    /** @param unit of all hours; left out, the one that the partition is granted in */
    record NewCaps(
            @Nullable HourUnit unit,
            @NotNull @Size(max = 500) List<@Valid @NotNull NewCap> caps) {}

    @Operation(
            summary = "Set the most that each person and each project may spend (owners); what is left out has no cap",
            description =
                    "Caps on projects say also which projects there are: an allocation that has any is for those and for its own, and, where `*` has a cap, for others.")
    @PutMapping("/api/allocations/{allocation}/caps")
    @Transactional
    AllocationDetail setCaps(Actor actor, @PathVariable UUID allocation, @Valid @RequestBody NewCaps wish) {
        AllocationId id = new AllocationId(allocation);
        Allocation known = allocations.find(actor, id);
        if (!actor.owns(known.organisation())) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "access.refused.only-owner-caps");
        }
        allocations.lock(id);
        Partition partition = partitions.require(known.partition());
        caps.set(id, read(partition, wish));
        audit.record(
                actor.person(),
                known.organisation(),
                "allocation.caps-set",
                Changes.subject(known),
                Map.of("caps", wish.caps().size()));
        return views.detail(actor, id);
    }

    private static List<Cap> read(Partition partition, NewCaps wish) {
        HourUnit unit = wish.unit() == null ? partition.kind().hours() : wish.unit();
        Set<String> named = new HashSet<>();
        List<Cap> read = new ArrayList<>();
        for (NewCap cap : wish.caps()) {
            String subject = subject(cap);
            if (!named.add(cap.kind() + " " + subject)) {
                throw Problem.invalid("caps", "access.fault.cap-twice", subject);
            }
            read.add(new Cap(
                    cap.kind(), subject, partition.amount(cap.hours(), unit).value()));
        }
        return read;
    }

    private static String subject(NewCap cap) {
        String subject = PlainText.required("caps", cap.subject().strip(), false);
        if (cap.kind() == Caps.Kind.PROJECT || subject.equals(Caps.EACH)) {
            return subject;
        }
        try {
            return UUID.fromString(subject).toString();
        } catch (IllegalArgumentException none) {
            throw Problem.invalid("caps", "access.fault.cap-person");
        }
    }

    @Operation(summary = "The final report so far: the figures that are known, when it is due, what was filed")
    @GetMapping("/api/allocations/{allocation}/report")
    ReportView report(Actor actor, @PathVariable UUID allocation) {
        return views.report(actor, new AllocationId(allocation));
    }

    /**
     * @param summary for everybody to read
     * @param results what came of it
     */
    record NewReport(
            @NotBlank @Size(max = 5000) String summary,
            @NotBlank @Size(max = 20_000) String results,
            @Nullable @Size(max = 5000) String publications) {}

    @Operation(summary = "File the final report of an allocation that is over; again replaces it")
    @PostMapping("/api/allocations/{allocation}/report")
    ReportView file(Actor actor, @PathVariable UUID allocation, @Valid @RequestBody NewReport wish) {
        AllocationId id = new AllocationId(allocation);
        reports.file(
                actor,
                id,
                new Report(
                        PlainText.required("summary", wish.summary().strip(), false),
                        PlainText.required("results", wish.results().strip(), false),
                        Optional.ofNullable(wish.publications())
                                .map(text -> PlainText.required("publications", text.strip(), true))
                                .filter(text -> !text.isEmpty())));
        return views.report(actor, id);
    }
}
