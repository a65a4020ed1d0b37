package org.aifactory.programme;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PageSections;
import org.aifactory.programme.Call.Phase;
import org.aifactory.programme.ProposalViews.ProposalView;
import org.aifactory.review.Appeals;
import org.aifactory.review.PanelId;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.aifactory.web.Said;
import org.aifactory.web.Typed;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The programme, its calls, and the editor of proposals, as pages. */
@Controller
class ProgrammePages {
    private final Calls calls;
    private final ProgrammeViews views;
    private final Summary summary;
    private final Proposals proposals;
    private final ProposalViews proposalViews;
    private final Selections selections;
    private final ReserveList reserve;
    private final Appeals appeals;
    private final PageSections sections;
    private final InstantSource clock;

    ProgrammePages(
            Calls calls,
            ProgrammeViews views,
            Summary summary,
            Proposals proposals,
            ProposalViews proposalViews,
            Selections selections,
            ReserveList reserve,
            Appeals appeals,
            PageSections sections,
            InstantSource clock) {
        this.calls = calls;
        this.views = views;
        this.summary = summary;
        this.proposals = proposals;
        this.proposalViews = proposalViews;
        this.selections = selections;
        this.reserve = reserve;
        this.appeals = appeals;
        this.sections = sections;
        this.clock = clock;
    }

    @GetMapping("/programme")
    String programme(Optional<Actor> actor, Model model) {
        model.addAttribute("numbers", summary.programme());
        model.addAttribute("isOffice", actor.filter(Actor::isProgrammeOfficer).isPresent());
        model.addAttribute("rounds", views.rounds());
        model.addAttribute("sections", sections.of("programme/programme", "", actor));
        model.addAttribute("calls", calls.all(actor).stream().map(views::view).toList());
        model.addAttribute(
                "proposals",
                actor.map(somebody -> proposals.of(somebody).stream()
                                .map(proposal -> proposalViews.view(somebody, proposal))
                                .toList())
                        .orElse(List.<ProposalView>of()));
        return "programme/programme";
    }

    @GetMapping("/calls/{call}")
    String call(Optional<Actor> actor, @PathVariable String call, Model model) {
        Call found = calls.named(actor, call);
        model.addAttribute("call", views.view(found));
        model.addAttribute("isOffice", actor.filter(Actor::isProgrammeOfficer).isPresent());
        Map<String, String> organisations = new LinkedHashMap<>();
        if (found.phase(clock.instant()) == Phase.OPEN || found.phase(clock.instant()) == Phase.ANNOUNCED) {
            actor.ifPresent(somebody -> somebody.memberships().stream()
                    .filter(membership -> somebody.mayChange(membership.organisation()))
                    .forEach(membership ->
                            organisations.put(membership.organisation().toString(), membership.name())));
        }
        model.addAttribute("organisations", organisations);
        model.addAttribute(
                "cutOffs",
                actor.filter(Actor::isProgrammeOfficer)
                        .filter(somebody -> !found.isImported() && found.isPublished())
                        .map(somebody -> selections.cutOffs(somebody, call))
                        .orElse(List.of()));
        return "programme/call";
    }

    @PostMapping("/calls/{call}/proposals")
    String begin(Actor actor, @PathVariable String call, @RequestParam String organisation) {
        return "redirect:/proposals/"
                + proposals
                        .begin(actor, call, new OrganisationId(uuid(organisation)), ProposalContent.empty())
                        .id();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            throw Problem.notFound("organisation", text);
        }
    }

    @PostMapping("/calls/{call}/panels")
    String openPanel(Actor actor, @PathVariable String call, @RequestParam String cutOff, RedirectAttributes redirect) {
        try {
            return "redirect:/panels/" + selections.open(actor, call, instant(cutOff));
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            return "redirect:/calls/{call}";
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (java.time.DateTimeException none) {
            throw Problem.invalid("cutOff", "programme.fault.no-cut-off");
        }
    }

    @PostMapping("/panels/{panel}/decision")
    String decide(
            Actor actor,
            @PathVariable UUID panel,
            @RequestParam(defaultValue = "") String budget,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            long cents = cents(budget);
            Said.good(
                    redirect,
                    "programme.decided",
                    Long.toString(selections
                            .decide(actor, new PanelId(panel), cents, reason)
                            .number()));
        });
        return "redirect:/panels/{panel}";
    }

    @PostMapping("/panels/{panel}/promotion")
    String promote(
            Actor actor,
            @PathVariable UUID panel,
            @RequestParam UUID proposal,
            @RequestParam(defaultValue = "") String budget,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            long cents = cents(budget);
            Said.good(
                    redirect,
                    "programme.promoted",
                    Long.toString(reserve.promote(actor, new PanelId(panel), new ProposalId(proposal), cents, reason)
                            .number()));
        });
        return "redirect:/panels/{panel}";
    }

    @GetMapping("/proposals/{proposal}")
    String proposal(Actor actor, @PathVariable UUID proposal, Model model, Locale locale) {
        Proposal found = proposals.find(actor, new ProposalId(proposal));
        ProposalView view = proposalViews.view(actor, found);
        return show(actor, view, ProposalForm.of(view.content()), Faults.NONE, view.version(), model, locale);
    }

    private String show(
            Actor actor, ProposalView view, ProposalForm form, Faults faults, int version, Model model, Locale locale) {
        model.addAttribute("isOffice", actor.isProgrammeOfficer());
        model.addAttribute(
                "mayAppeal", view.organisation().filter(actor::mayChange).isPresent());
        model.addAttribute("one", view);
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("version", version);
        Map<String, String> categories = new LinkedHashMap<>();
        calls.named(Optional.empty(), view.call())
                .definition()
                .categories()
                .forEach(category ->
                        categories.put(category.id(), category.name().said().in(locale)));
        model.addAttribute("categories", categories);
        model.addAttribute("call", views.view(calls.named(Optional.empty(), view.call())));
        return view.mayChange() ? "programme/edit" : "programme/proposal";
    }

    /** Saves what was typed, and submits it where that was asked; what is wrong stands at its field, and what was typed stays. */
    @PostMapping("/proposals/{proposal}")
    String save(
            Actor actor,
            @PathVariable UUID proposal,
            @RequestParam(defaultValue = "0") int version,
            @RequestParam(defaultValue = "save") String then,
            @RequestParam MultiValueMap<String, String> sent,
            RedirectAttributes redirect,
            jakarta.servlet.http.HttpServletResponse response,
            Model model,
            Locale locale) {
        Instant asked = clock.instant();
        ProposalId id = new ProposalId(proposal);
        ProposalForm form = ProposalForm.of(sent);
        int next = version;
        try {
            Proposal saved = proposals.save(actor, id, version, form.content());
            next = saved.version();
            if (then.equals("submit")) {
                Proposal submitted = proposals.submit(actor, id, saved.version(), asked);
                Said.good(redirect, "programme.said.submitted", ProposalViews.reference(submitted));
            } else {
                Said.good(redirect, "programme.said.saved");
            }
            return "redirect:/proposals/{proposal}";
        } catch (Problem refused) {
            ProposalView view = proposalViews.view(actor, proposals.find(actor, id));
            if (refused.type() == ProblemType.CHANGED_MEANWHILE) {
                next = view.version();
            }
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(actor, view, form, Faults.of(refused), next, model, locale);
        }
    }

    @PostMapping("/proposals/{proposal}/withdraw")
    String withdraw(Actor actor, @PathVariable UUID proposal, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            proposals.withdraw(actor, new ProposalId(proposal));
            Said.good(redirect, "programme.said.withdrawn");
        });
        return "redirect:/proposals/{proposal}";
    }

    @PostMapping("/proposals/{proposal}/documents")
    String attach(
            Actor actor,
            @PathVariable UUID proposal,
            @RequestParam String part,
            @RequestParam MultipartFile file,
            RedirectAttributes redirect)
            throws java.io.IOException {
        if (file.getSize() > Documents.LARGEST) {
            Said.bad(redirect, "programme.refused.large", Integer.toString(Documents.LARGEST >> 20));
            return "redirect:/proposals/{proposal}";
        }
        byte[] content = file.getBytes();
        Said.orRefused(redirect, () -> {
            String name = Optional.ofNullable(file.getOriginalFilename()).orElse("");
            proposals.attach(actor, new ProposalId(proposal), part, name, content);
            Said.good(redirect, "programme.said.attached", name);
        });
        return "redirect:/proposals/{proposal}";
    }

    @PostMapping("/proposals/{proposal}/appeal")
    String appeal(
            Actor actor,
            @PathVariable UUID proposal,
            @RequestParam(defaultValue = "") String text,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            selections.appeal(actor, new ProposalId(proposal), text);
            Said.good(redirect, "programme.said.appealed");
        });
        return "redirect:/proposals/{proposal}";
    }

    @PostMapping("/appeals/{appeal}/answer")
    String answer(
            Actor actor,
            @PathVariable UUID appeal,
            @RequestParam UUID proposal,
            @RequestParam(defaultValue = "false") boolean upheld,
            @RequestParam(defaultValue = "") String answer,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            appeals.answer(actor, appeal, upheld, answer);
            Said.good(redirect, "programme.said.answered");
        });
        return "redirect:/proposals/" + proposal;
    }

    private static long cents(String budget) {
        Long cents = Typed.cents(budget);
        if (cents == null) {
            throw Problem.invalid("budget", "programme.fault.no-number");
        }
        return cents;
    }
}
