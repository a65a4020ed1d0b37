package org.aifactory.review;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.review.ReviewViews.AssignmentView;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.aifactory.web.Said;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The desk of a reviewer, and the board of the office. */
@Controller
class ReviewPages {
    private static final int LONGEST_SCORE = 20;

    private final Reviewers reviewers;
    private final Assignments assignments;
    private final Panels panels;
    private final ReviewViews views;

    ReviewPages(Reviewers reviewers, Assignments assignments, Panels panels, ReviewViews views) {
        this.reviewers = reviewers;
        this.assignments = assignments;
        this.panels = panels;
        this.views = views;
    }

    @GetMapping("/review")
    String desk(Actor actor, Model model) {
        Reviewers.requireReviewer(actor);
        Optional<Reviewer> known = reviewers.find(actor.person());
        model.addAttribute("country", known.map(Reviewer::country).orElse(""));
        model.addAttribute(
                "topics",
                known.map(reviewer -> String.join(
                                ", ", reviewer.topics().stream().sorted().toList()))
                        .orElse(""));
        model.addAttribute("most", known.map(Reviewer::most).orElse(5));
        model.addAttribute("declared", reviewers.declarations(actor));
        model.addAttribute("known", known.isPresent());
        model.addAttribute(
                "assignments", assignments.of(actor).stream().map(views::view).toList());
        return "review/desk";
    }

    @PostMapping("/review/profile")
    String save(
            Actor actor,
            @RequestParam(defaultValue = "") String country,
            @RequestParam(defaultValue = "") String topics,
            @RequestParam(defaultValue = "") String most,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            reviewers.save(
                    actor,
                    country.strip().toUpperCase(java.util.Locale.ROOT),
                    Arrays.stream(topics.split(",", -1))
                            .map(String::strip)
                            .filter(topic -> !topic.isEmpty())
                            .toList(),
                    most.matches("\\d{1,4}") ? Integer.parseInt(most) : -1);
            Said.good(redirect, "review.said.profile");
        });
        return "redirect:/review";
    }

    @PostMapping("/review/conflicts")
    String declare(
            Actor actor,
            @RequestParam(defaultValue = "") String conflict,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            reviewers.declare(actor, null, conflict.strip().toUpperCase(java.util.Locale.ROOT), reason);
            Said.good(redirect, "review.said.declared");
        });
        return "redirect:/review";
    }

    @GetMapping("/review/{assignment}")
    String assignment(Actor actor, @PathVariable UUID assignment, Model model) {
        AssignmentView view = views.view(assignments.find(actor, new AssignmentId(assignment)));
        Map<String, String> filled = new HashMap<>();
        view.scores().forEach((id, score) -> filled.put("scores." + id, score.toPlainString()));
        view.comments().forEach((id, comment) -> filled.put("comments." + id, comment));
        return show(view, filled, Faults.NONE, model);
    }

    private static String show(AssignmentView view, Map<String, String> filled, Faults faults, Model model) {
        model.addAttribute("one", view);
        model.addAttribute("filled", filled);
        model.addAttribute("faults", faults);
        return "review/assignment";
    }

    /** Saves the scores, or hands them in; what is wrong stands at its field, and what was typed stays. */
    @PostMapping("/review/{assignment}")
    String score(
            Actor actor,
            @PathVariable UUID assignment,
            @RequestParam(defaultValue = "0") int version,
            @RequestParam(defaultValue = "save") String then,
            @RequestParam MultiValueMap<String, String> sent,
            RedirectAttributes redirect,
            jakarta.servlet.http.HttpServletResponse response,
            Model model) {
        AssignmentId id = new AssignmentId(assignment);
        Map<String, String> filled = sent.toSingleValueMap();
        try {
            assignments.score(actor, id, version, scores(filled), under("comments.", filled), then.equals("hand-in"));
            Said.good(redirect, then.equals("hand-in") ? "review.said.handed-in" : "review.said.saved");
            return "redirect:/review";
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(views.view(assignments.find(actor, id)), filled, Faults.of(refused), model);
        }
    }

    @PostMapping("/review/{assignment}/decline")
    String decline(
            Actor actor,
            @PathVariable UUID assignment,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            assignments.decline(actor, new AssignmentId(assignment), reason);
            Said.good(redirect, "review.said.declined");
        });
        return "redirect:/review";
    }

    @GetMapping("/panels/{panel}")
    String board(
            Actor actor,
            @PathVariable UUID panel,
            @RequestParam(name = "if", defaultValue = "") String budget,
            Model model) {
        Reviewers.requireOfficer(actor);
        Panel found = panels.require(new PanelId(panel));
        String digits = budget.replaceAll("[,\\s]", "");
        long euros = digits.matches("\\d{1,12}") ? Long.parseLong(digits) : 0;
        model.addAttribute("board", views.board(found, euros * 100));
        model.addAttribute("budget", budget);
        return "review/board";
    }

    @PostMapping("/panels/{panel}/assign")
    String assign(Actor actor, @PathVariable UUID panel, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            Panels.Assigned assigned = panels.assign(actor, new PanelId(panel));
            if (assigned.left().isEmpty()) {
                Said.good(redirect, "review.said.assigned", Integer.toString(assigned.added()));
            } else {
                Said.warn(
                        redirect,
                        "review.said.assigned-short",
                        Integer.toString(assigned.added()),
                        Integer.toString(assigned.left().size()));
            }
        });
        return "redirect:/panels/{panel}";
    }

    @PostMapping("/panels/{panel}/papers/{paper}/consensus")
    String agree(
            Actor actor,
            @PathVariable UUID panel,
            @PathVariable UUID paper,
            @RequestParam(defaultValue = "0") int version,
            @RequestParam(defaultValue = "") String comment,
            @RequestParam MultiValueMap<String, String> sent,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            panels.agree(actor, new PanelId(panel), paper, version, scores(sent.toSingleValueMap()), comment);
            Said.good(redirect, "review.said.agreed");
        });
        return "redirect:/panels/{panel}";
    }

    private static Map<String, BigDecimal> scores(Map<String, String> sent) {
        Map<String, BigDecimal> scores = new HashMap<>();
        List<FieldFault> faults = new ArrayList<>();
        under("scores.", sent).forEach((id, text) -> {
            String digits = text.strip().replace(',', '.');
            if (digits.length() <= LONGEST_SCORE && digits.matches("\\d+(\\.\\d+)?")) {
                scores.put(id, new BigDecimal(digits));
            } else if (!digits.isEmpty()) {
                faults.add(FieldFault.of("scores." + id, "review.fault.no-number"));
            }
        });
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return scores;
    }

    private static Map<String, String> under(String prefix, Map<String, String> sent) {
        Map<String, String> found = new HashMap<>();
        sent.forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), text);
            }
        });
        return found;
    }
}
