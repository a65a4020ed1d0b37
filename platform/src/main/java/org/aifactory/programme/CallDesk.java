package org.aifactory.programme;

import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.identity.Actor;
import org.aifactory.web.Faults;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
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

/** Where the programme office writes its calls: a form that says at each field what is wrong, and keeps what was typed. */
@Controller
class CallDesk {
    private final Calls calls;
    private final Countries countries;

    CallDesk(Calls calls, Countries countries) {
        this.calls = calls;
        this.countries = countries;
    }

    /** @param like the slug of a call whose rules and scheme are taken over */
    @GetMapping("/programme/calls/new")
    String askForNew(Actor actor, @RequestParam(defaultValue = "") String like, Model model) {
        Calls.requireOfficer(actor);
        CallForm form = like.isBlank() ? CallForm.empty() : CallForm.like(calls.named(Optional.of(actor), like));
        return show(form, Optional.empty(), Faults.NONE, model);
    }

    @PostMapping("/programme/calls/new")
    String write(
            Actor actor,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Calls.requireOfficer(actor);
        CallForm form = CallForm.of(sent);
        try {
            Call written = calls.write(actor, form.slug(), form.kind(), form.definition());
            Said.good(redirect, "programme.said.call-saved");
            return "redirect:/calls/" + written.slug() + "/edit";
        } catch (Problem refused) {
            return again(form, Optional.empty(), refused, response, model);
        }
    }

    @GetMapping("/calls/{call}/edit")
    String edit(Actor actor, @PathVariable String call, Model model) {
        Calls.requireOfficer(actor);
        Call found = calls.named(Optional.of(actor), call);
        return found.isPublished()
                ? "redirect:/calls/{call}"
                : show(CallForm.of(found), Optional.of(found), Faults.NONE, model);
    }

    @PostMapping("/calls/{call}/edit")
    String change(
            Actor actor,
            @PathVariable String call,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Calls.requireOfficer(actor);
        CallForm form = CallForm.of(sent);
        try {
            calls.change(actor, call, form.version(), form.kind(), form.definition());
            Said.good(redirect, "programme.said.call-saved");
            return "redirect:/calls/{call}/edit";
        } catch (Problem refused) {
            Call found = calls.named(Optional.of(actor), call);
            return again(form, Optional.of(found), refused, response, model);
        }
    }

    @PostMapping("/calls/{call}/publish")
    String publish(
            Actor actor,
            @PathVariable String call,
            @RequestParam(defaultValue = "0") int version,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Calls.requireOfficer(actor);
        try {
            calls.publish(actor, call, version);
            Said.good(redirect, "programme.said.published");
            return "redirect:/calls/{call}";
        } catch (Problem refused) {
            Call found = calls.named(Optional.of(actor), call);
            CallForm form = CallForm.of(found);
            form.definition();
            return again(form, Optional.of(found), refused, response, model);
        }
    }

    private String again(
            CallForm form, Optional<Call> call, Problem refused, HttpServletResponse response, Model model) {
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        if (refused.type() == ProblemType.CHANGED_MEANWHILE) {
            // Whoever has been told of it may save over it.
            call.map(Call::version).ifPresent(form::readAgain);
        }
        return show(form, call, Faults.of(form.atFields(refused)), model);
    }

    /** @param call empty where it is not begun yet */
    private String show(CallForm form, Optional<Call> call, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("slug", call.map(Call::slug).orElse(null));
        model.addAttribute("version", call.map(Call::version).orElse(0));
        model.addAttribute("faults", faults);
        model.addAttribute("missing", call.map(calls::faults).orElse(List.of()));
        model.addAttribute(
                "kinds", choices("programme.kind.", Stream.of(CallKind.values()).map(CallKind::slug)));
        model.addAttribute(
                "tests",
                choices(
                        "programme.test.",
                        Stream.of(CallDefinition.Test.values()).map(CallDesk::slug)));
        model.addAttribute("shorts", choices("programme.when-short.", Stream.of("stop", "pass-over")));
        model.addAttribute(
                "partNames",
                choices(
                        "programme.part.",
                        Stream.of(CallDefinition.Part.values()).map(CallDesk::slug)));
        Map<String, String> groups = new LinkedHashMap<>();
        groups.put("", "–");
        countries.groups().forEach(group -> groups.put(group, group));
        model.addAttribute("groups", groups);
        return "programme/call-edit";
    }

    /** From what is sent to what is read. */
    private static Map<String, String> choices(String prefix, Stream<String> slugs) {
        Map<String, String> choices = new LinkedHashMap<>();
        slugs.forEach(slug -> choices.put(
                slug.toUpperCase(Locale.ROOT).replace('-', '_'),
                Message.of(prefix + slug).toString()));
        return choices;
    }

    private static String slug(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
