package org.aifactory.access;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationViews.AllocationView;
import org.aifactory.access.Caps.Cap;
import org.aifactory.access.Reports.Report;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Allocations with their four numbers, and what can be done with them. */
@Controller
class AllocationPages {
    private final Allocations allocations;
    private final AllocationViews views;
    private final AllocationsApi api;
    private final Changes changes;
    private final Caps caps;
    private final Reports reports;
    private final Partitions partitions;
    private final Organisations organisations;
    private final Ledger ledger;
    private final Wording words;

    AllocationPages(
            Allocations allocations,
            AllocationViews views,
            AllocationsApi api,
            Changes changes,
            Caps caps,
            Reports reports,
            Partitions partitions,
            Organisations organisations,
            Ledger ledger,
            Wording words) {
        this.allocations = allocations;
        this.views = views;
        this.api = api;
        this.changes = changes;
        this.caps = caps;
        this.reports = reports;
        this.partitions = partitions;
        this.organisations = organisations;
        this.ledger = ledger;
        this.words = words;
    }

    /** An allocation with what its meter shows. */
    record Card(AllocationView view, Balance balance, Partition partition) {
        public boolean isActive() {
            return view.state() == AllocationState.ACTIVE;
        }
    }

    private Card card(Allocation allocation) {
        return new Card(
                views.view(allocation),
                ledger.balance(allocation.account()),
                partitions.require(allocation.partition()));
    }

    @GetMapping("/allocations")
    String list(Actor actor, Model model) {
        List<Card> cards = allocations.of(actor).stream().map(this::card).toList();
        model.addAttribute("active", cards.stream().filter(Card::isActive).toList());
        model.addAttribute(
                "past", cards.stream().filter(card -> !card.isActive()).toList());
        model.addAttribute("mayApply", mayApply(actor));
        return "access/allocations";
    }

    private static boolean mayApply(Actor actor) {
        return actor.memberships().stream()
                .anyMatch(membership -> membership.kind() != OrganisationKind.PROGRAMME_OFFICE
                        && actor.mayChange(membership.organisation()));
    }

    @GetMapping("/allocations/{allocation}")
    String one(Actor actor, @PathVariable UUID allocation, Model model) {
        AllocationId id = new AllocationId(allocation);
        Allocation found = allocations.find(actor, id);
        Card card = card(found);
        model.addAttribute("card", card);
        model.addAttribute("allocation", card.view());
        model.addAttribute("detail", views.detail(actor, id));
        model.addAttribute("report", views.report(actor, id));
        model.addAttribute("mayChange", actor.mayChange(found.organisation()));
        model.addAttribute("owns", actor.owns(found.organisation()));
        model.addAttribute("units", units(card.partition()));
        model.addAttribute("people", people(actor, found));
        return "access/allocation";
    }

    private Map<String, String> units(Partition partition) {
        Map<String, String> choices = new LinkedHashMap<>();
        partition.hourUnits().forEach(unit -> choices.put(unit.name(), words.say("access.unit." + unit.slug())));
        return choices;
    }

    private Map<String, String> people(Actor actor, Allocation allocation) {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put(Caps.EACH, words.say("access.caps.each"));
        organisations
                .members(actor, allocation.organisation())
                .forEach(member -> choices.put(member.person().toString(), member.name()));
        return choices;
    }

    @PostMapping("/allocations/{allocation}/extension")
    String extend(
            Actor actor,
            @PathVariable UUID allocation,
            @RequestParam(defaultValue = "") String months,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        return done(allocation, redirect, id -> {
            int wanted = ApplicationPages.whole("months", months).orElse(0);
            Change change = changes.extend(actor, id, wanted, reason, Optional.empty());
            Said.good(redirect, "access.change." + change.state().slug());
        });
    }

    @PostMapping("/allocations/{allocation}/top-up")
    String topUp(
            Actor actor,
            @PathVariable UUID allocation,
            @RequestParam(defaultValue = "") String hours,
            @RequestParam(defaultValue = "") String unit,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        return done(allocation, redirect, id -> {
            BigDecimal wanted = ApplicationPages.number("hours", hours).orElse(BigDecimal.ZERO);
            Change change = changes.topUp(actor, id, wanted, ApplicationPages.unit(unit), reason, Optional.empty());
            Said.good(redirect, "access.change." + change.state().slug());
        });
    }

    @PostMapping("/allocations/{allocation}/return")
    String giveBack(Actor actor, @PathVariable UUID allocation, RedirectAttributes redirect) {
        return done(allocation, redirect, id -> {
            changes.giveBack(actor, id);
            Said.good(redirect, "access.returned");
        });
    }

    /** Sets or replaces one cap; no hours take it away. */
    @PostMapping("/allocations/{allocation}/caps")
    String cap(
            Actor actor,
            @PathVariable UUID allocation,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String subject,
            @RequestParam(defaultValue = "") String hours,
            RedirectAttributes redirect) {
        return done(allocation, redirect, id -> {
            Partition partition = partitions.require(allocations.find(actor, id).partition());
            HourUnit unit = partition.kind().hours();
            Caps.Kind whose = kind.equals(Caps.Kind.PROJECT.name()) ? Caps.Kind.PROJECT : Caps.Kind.PERSON;
            String whom = subject.isBlank() ? Caps.EACH : subject.strip();
            List<AllocationsApi.NewCap> all = new ArrayList<>();
            for (Cap cap : caps.of(id)) {
                if (cap.kind() != whose || !cap.subject().equals(whom)) {
                    all.add(new AllocationsApi.NewCap(cap.kind(), cap.subject(), partition.hours(cap.amount(), unit)));
                }
            }
            ApplicationPages.number("hours", hours)
                    .ifPresent(number -> all.add(new AllocationsApi.NewCap(whose, whom, number)));
            api.setCaps(actor, id.value(), new AllocationsApi.NewCaps(unit, all));
            Said.good(redirect, "access.caps.set");
        });
    }

    @PostMapping("/allocations/{allocation}/report")
    String report(
            Actor actor,
            @PathVariable UUID allocation,
            @RequestParam(defaultValue = "") String summary,
            @RequestParam(defaultValue = "") String results,
            @RequestParam(defaultValue = "") String publications,
            RedirectAttributes redirect) {
        return done(allocation, redirect, id -> {
            reports.file(
                    actor,
                    id,
                    new Report(
                            limited("summary", summary, 5000, false),
                            limited("results", results, 20_000, false),
                            Optional.of(limited("publications", publications, 5000, true))
                                    .filter(text -> !text.isEmpty())));
            Said.good(redirect, "access.report.filed");
        });
    }

    private static String limited(String field, String text, int most, boolean optional) {
        if (text.length() > most) {
            throw Problem.invalid(field, "access.fault.text", most);
        }
        return PlainText.required(field, text.strip(), optional);
    }

    private interface Step {
        void take(AllocationId id);
    }

    /** Back to the page of the allocation, with what was done or why not. */
    private static String done(UUID allocation, RedirectAttributes redirect, Step step) {
        AllocationId id = new AllocationId(allocation);
        Said.orRefused(redirect, () -> {
            step.take(id);
        });
        return "redirect:/allocations/" + id;
    }
}
