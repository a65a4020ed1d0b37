package org.aifactory.models;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.aifactory.data.Licence;
import org.aifactory.identity.Actor;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.ModelMap;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Models for people: the list, and one with its facts, files, card and words. */
@Controller
class ModelPages {
    private final Models models;
    private final MessageSource messages;

    ModelPages(Models models, MessageSource messages) {
        this.models = models;
        this.messages = messages;
    }

    @GetMapping("/models")
    String list(Actor actor, ModelMap page) {
        page.addAttribute("models", models.of(actor));
        return "models/list";
    }

    @GetMapping("/models/{model}")
    String show(Actor actor, @PathVariable String model, ModelMap page, Locale locale) {
        Model found = found(actor, model);
        return show(actor, found, Form.of(found, models.words(found.id())), Faults.NONE, page, locale);
    }

    /** By its id or its slug. */
    private Model found(Actor actor, String name) {
        return models.named(name)
                .filter(model -> models.maySee(actor, model))
                .orElseThrow(() -> Problem.notFound("model", ModelFolder.printable(name)));
    }

    private String show(Actor actor, Model model, Form form, Faults faults, ModelMap page, Locale locale) {
        page.addAttribute("model", model);
        Facts facts = models.facts(model.id());
        page.addAttribute("facts", facts);
        Map<String, String> countries = new LinkedHashMap<>();
        facts.run()
                .funders()
                .forEach(paid -> paid.funder()
                        .ifPresent(
                                code -> countries.put(code, Locale.of("", code).getDisplayCountry(locale))));
        page.addAttribute("country", countries);
        page.addAttribute(
                "flop",
                facts.training()
                        .map(training -> String.format(Locale.ROOT, "%.3g FLOP", training.flop()))
                        .orElse(""));
        page.addAttribute("words", models.words(model.id()));
        page.addAttribute("files", models.files(model.id()));
        page.addAttribute("card", models.card(model.id(), 0));
        page.addAttribute("mayChange", models.mayChange(actor, model));
        page.addAttribute("form", form);
        page.addAttribute("faults", faults);
        page.addAttribute("licences", Licence.USUAL);
        page.addAttribute("visibilities", visibilities(locale));
        return "models/model";
    }

    private Map<String, String> visibilities(Locale locale) {
        Map<String, String> choices = new LinkedHashMap<>();
        for (Visibility each : List.of(Visibility.values())) {
            choices.put(
                    each.name(),
                    messages.getMessage(
                            "models.visibility." + each.name().toLowerCase(Locale.ROOT) + ".choice", null, locale));
        }
        return choices;
    }

    /** What a person says of a model. */
    record Form(
            @NotBlank @Size(max = 100) @Nullable String name,
            @NotBlank @Size(max = 200) @Nullable String licence,
            @Nullable Visibility visibility,
            @Size(max = 20_000) @Nullable String description,
            @Size(max = 20_000) @Nullable String intendedUse,
            @Size(max = 20_000) @Nullable String limits,
            @Size(max = 20_000) @Nullable String risks,
            @Size(max = 1_000) @Nullable String contact) {

        static Form of(Model model, Words words) {
            return new Form(
                    model.name(),
                    model.licence(),
                    model.visibility(),
                    words.description(),
                    words.intendedUse(),
                    words.limits(),
                    words.risks(),
                    words.contact());
        }

        Words words() {
            return new Words(said(description), said(intendedUse), said(limits), said(risks), said(contact));
        }

        private static String said(@Nullable String text) {
            return text == null ? "" : text.strip();
        }
    }

    @PostMapping("/models/{model}")
    String describe(
            Actor actor,
            @PathVariable UUID model,
            @Valid @ModelAttribute("form") Form form,
            BindingResult binding,
            HttpServletResponse response,
            ModelMap page,
            RedirectAttributes redirect,
            Locale locale) {
        Model found = models.find(actor, new ModelId(model));
        Faults faults = binding.hasErrors() ? Faults.of(binding, messages) : said(actor, found, form);
        if (!faults.isEmpty()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(actor, found, form, faults, page, locale);
        }
        Said.good(redirect, "models.described");
        return "redirect:/models/" + model;
    }

    private Faults said(Actor actor, Model model, Form form) {
        try {
            models.describe(
                    actor,
                    model.id(),
                    Objects.requireNonNull(form.name()),
                    Objects.requireNonNull(form.licence()),
                    Objects.requireNonNullElse(form.visibility(), model.visibility()),
                    form.words());
            return Faults.NONE;
        } catch (Problem refused) {
            return Faults.of(refused);
        }
    }

    @PostMapping("/models/{model}/remove")
    String remove(
            Actor actor,
            @PathVariable UUID model,
            @RequestParam(defaultValue = "") String confirm,
            RedirectAttributes redirect) {
        String name = models.find(actor, new ModelId(model)).name();
        try {
            models.remove(actor, new ModelId(model), confirm);
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            return "redirect:/models/" + model;
        }
        Said.good(redirect, "models.removed", name);
        return "redirect:/models";
    }
}
