package org.aifactory.access;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AccessViews.ApplicationView;
import org.aifactory.access.AllocationViews.ChangeView;
import org.aifactory.access.Policy.Question;
import org.aifactory.federation.HourUnit;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Duty;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Applications with their clocks, for those who wait and for those who decide. */
@Controller
class ApplicationPages {
    private static final int MOST_SHOWN = 500;

    private final Policy policy;
    private final Applications applications;
    private final Decisions decisions;
    private final Changes changes;
    private final AccessViews views;
    private final AllocationViews allocationViews;
    private final Wording words;

    ApplicationPages(
            Policy policy,
            Applications applications,
            Decisions decisions,
            Changes changes,
            AccessViews views,
            AllocationViews allocationViews,
            Wording words) {
        this.policy = policy;
        this.applications = applications;
        this.decisions = decisions;
        this.changes = changes;
        this.views = views;
        this.allocationViews = allocationViews;
        this.words = words;
    }

    @GetMapping("/applications")
    String list(Actor actor, Model model) {
        boolean decides = actor.has(Duty.REVIEWER)
                || actor.has(Duty.ADMINISTRATOR)
                || actor.isOperator()
                || actor.isProgrammeOfficer();
        model.addAttribute("decides", decides);
        model.addAttribute("waiting", decides ? shown(actor, decisions.waitingFor(actor)) : List.of());
        model.addAttribute(
                "changes",
                decides
                        ? changes.waitingFor(actor).stream()
                                .map(allocationViews::view)
                                .toList()
                        : List.<ChangeView>of());
        model.addAttribute("decided", decides ? shown(actor, decisions.decidedNear(actor)) : List.of());
        model.addAttribute("own", shown(actor, applications.of(actor, MOST_SHOWN)));
        return "access/applications";
    }

    private List<ApplicationView> shown(Actor actor, List<Application> some) {
        return some.stream()
                .map(application -> views.application(actor, application))
                .toList();
    }

    @GetMapping("/applications/{application}")
    String one(Actor actor, @PathVariable UUID application, Model model) {
        Application found = applications.find(actor, new ApplicationId(application));
        model.addAttribute("one", views.application(actor, found));
        model.addAttribute("mayWithdraw", !found.state().isDecided() && actor.mayChange(found.organisation()));
        model.addAttribute("maySeeAllocation", actor.maySee(found.organisation()));
        model.addAttribute(
                "answers",
                answered(policy.mode(found.mode()).map(Policy.Mode::questions).orElse(List.of()), found.answers()));
        model.addAttribute("profile", answered(policy.profile(), found.profile()));
        return "access/application";
    }

    /** What was asked and answered. */
    record Answered(String question, String answer) {}

    private List<Answered> answered(List<Question> questions, Map<String, Object> answers) {
        return questions.stream()
                .filter(question -> answers.containsKey(question.id()))
                .map(question -> new Answered(
                        question.text().in(words.locale()),
                        answers.get(question.id()) instanceof Boolean yes
                                ? words.say(yes ? "access.yes" : "access.no")
                                : ApplyPages.written(answers.get(question.id()))))
                .toList();
    }

    @PostMapping("/applications/{application}/decision")
    String decide(
            Actor actor,
            @PathVariable UUID application,
            @RequestParam(defaultValue = "") String decision,
            @RequestParam(defaultValue = "") String hours,
            @RequestParam(defaultValue = "") String months,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        ApplicationId id = new ApplicationId(application);
        Said.orRefused(redirect, () -> {
            Application decided = decisions.decide(
                    actor,
                    id,
                    isGrant(decision),
                    isGrant(decision) ? number("hours", hours) : Optional.empty(),
                    Optional.empty(),
                    isGrant(decision) ? whole("months", months) : Optional.empty(),
                    reason);
            Said.good(
                    redirect,
                    "access.decided." + decided.state().slug(),
                    decided.project().title());
        });
        return "redirect:/applications/" + id;
    }

    private static boolean isGrant(String decision) {
        return switch (decision) {
            case "GRANT" -> true;
            case "REFUSE" -> false;
            default -> throw Problem.invalid("decision", "access.fault.decision");
        };
    }

    /** An empty field is no number; anything else must be one. */
    static Optional<BigDecimal> number(String field, String text) {
        String digits = PlainText.ungrouped(text.strip());
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(digits.length() > 30 ? "none" : digits);
            if (Math.abs((long) number.scale()) <= 30) {
                return Optional.of(number);
            }
        } catch (NumberFormatException none) {
            // Said below, at the field.
        }
        throw Problem.invalid(field, "access.fault.no-number");
    }

    /** Likewise a whole number; one that is cut short would be another. */
    static Optional<Integer> whole(String field, String text) {
        try {
            return number(field, text).map(BigDecimal::intValueExact);
        } catch (ArithmeticException other) {
            throw Problem.invalid(field, "access.fault.no-number");
        }
    }

    static HourUnit unit(String text) {
        for (HourUnit unit : HourUnit.values()) {
            if (unit.name().equals(text)) {
                return unit;
            }
        }
        throw Problem.invalid("unit", "access.fault.unit");
    }

    @PostMapping("/applications/{application}/withdraw")
    String withdraw(Actor actor, @PathVariable UUID application, RedirectAttributes redirect) {
        ApplicationId id = new ApplicationId(application);
        Said.orRefused(redirect, () -> {
            Said.good(
                    redirect,
                    "access.decided.withdrawn",
                    applications.withdraw(actor, id).project().title());
        });
        return "redirect:/applications/" + id;
    }

    @PostMapping("/changes/{change}/decision")
    String decideChange(
            Actor actor,
            @PathVariable UUID change,
            @RequestParam(defaultValue = "") String decision,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            Change decided = changes.decide(actor, change, isGrant(decision), reason);
            Said.good(redirect, "access.change." + decided.state().slug());
        });
        return "redirect:/applications";
    }
}
