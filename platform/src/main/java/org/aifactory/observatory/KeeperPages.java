package org.aifactory.observatory;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.facts.Mark;
import org.aifactory.identity.Actor;
import org.aifactory.observatory.InitiativeForm.Exactness;
import org.aifactory.observatory.Rates.Imported;
import org.aifactory.observatory.Rates.RateForm;
import org.aifactory.web.Faults;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
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

/** The desk of whoever keeps the observatory: initiatives, and the exchange rates, which everybody may read. */
@Controller
class KeeperPages {
    private final Initiatives initiatives;
    private final Rates rates;

    KeeperPages(Initiatives initiatives, Rates rates) {
        this.initiatives = initiatives;
        this.rates = rates;
    }

    @GetMapping("/observatory/new")
    String askForNew(Actor actor, Model model) {
        Initiatives.requireMayKeep(actor);
        return show(InitiativeFields.empty(), null, Faults.NONE, model);
    }

    @PostMapping("/observatory/new")
    String add(
            Actor actor,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Initiatives.requireMayKeep(actor);
        InitiativeFields fields = InitiativeFields.of(sent);
        try {
            InitiativeForm added = initiatives.add(actor, fields.form());
            Said.good(redirect, "observatory.said.added");
            return "redirect:/observatory/initiatives/" + added.slug();
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(fields, null, Faults.of(refused), model);
        }
    }

    @GetMapping("/observatory/initiatives/{slug}/edit")
    String edit(Actor actor, @PathVariable String slug, Model model) {
        Initiatives.requireMayKeep(actor);
        return show(InitiativeFields.of(initiatives.require(slug)), slug, Faults.NONE, model);
    }

    @PostMapping("/observatory/initiatives/{slug}/edit")
    String change(
            Actor actor,
            @PathVariable String slug,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Initiatives.requireMayKeep(actor);
        initiatives.require(slug);
        InitiativeFields fields = InitiativeFields.of(sent);
        try {
            initiatives.change(actor, slug, fields.form());
            Said.good(redirect, "observatory.said.changed");
            return "redirect:/observatory/initiatives/" + slug;
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(fields, slug, Faults.of(refused), model);
        }
    }

    private static String show(InitiativeFields form, @Nullable String slug, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("slug", slug);
        model.addAttribute("faults", faults);
        model.addAttribute("countries", countries());
        model.addAttribute("kinds", ReaderWords.choices(Kind.class, "observatory.kind.", "observatory.choose"));
        model.addAttribute(
                "standings", ReaderWords.choices(Standing.class, "observatory.standing.", "observatory.choose"));
        model.addAttribute("payers", ReaderWords.choices(Payer.class, "observatory.payer.", "observatory.choose"));
        model.addAttribute("ofHead", Message.of("observatory.as-head").toString());
        model.addAttribute("exactnesses", ReaderWords.choices(Exactness.class, "observatory.exactness.", ""));
        model.addAttribute("bases", ReaderWords.choices(Basis.class, "observatory.basis.", "observatory.choose"));
        model.addAttribute("marks", ReaderWords.choices(Mark.class, "federation.mark.", "observatory.choose"));
        model.addAttribute(
                "purposes", ReaderWords.choices(Purpose.class, "observatory.purpose.", "observatory.choose"));
        model.addAttribute(
                "lineStandings", ReaderWords.choices(Standing.class, "observatory.standing.", "observatory.as-head"));
        model.addAttribute("linePayers", ReaderWords.choices(Payer.class, "observatory.payer.", "observatory.as-head"));
        model.addAttribute("sectors", ReaderWords.choices(Sector.class, "observatory.sector.", ""));
        return "observatory/edit";
    }

    private static Map<String, String> countries() {
        ReaderWords say = new ReaderWords(org.springframework.context.i18n.LocaleContextHolder.getLocale());
        Map<String, String> countries = new LinkedHashMap<>();
        countries.put("", Message.of("observatory.choose").toString());
        Arrays.stream(Locale.getISOCountries())
                .sorted(java.util.Comparator.comparing(say::country))
                .forEach(code -> countries.put(code, say.country(code)));
        return countries;
    }

    @GetMapping("/observatory/rates")
    String rates(Optional<Actor> actor, Model model, Locale locale) {
        return showRates(actor, Map.of(), Faults.NONE, model, locale);
    }

    @PostMapping("/observatory/rates")
    String enter(
            Actor actor,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        Map<String, String> fields = sent.toSingleValueMap();
        try {
            Rate entered = rates.enter(actor, rateForm(fields));
            Said.good(redirect, "observatory.said.rate", entered.currency());
            return "redirect:/observatory/rates";
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showRates(Optional.of(actor), fields, Faults.of(refused), model, locale);
        }
    }

    @PostMapping("/observatory/rates/file")
    String importFile(
            Actor actor,
            @RequestParam Optional<MultipartFile> file,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale)
            throws IOException {
        try {
            Initiatives.requireMayKeep(actor);
            if (file.isEmpty() || file.get().isEmpty()) {
                throw Problem.invalid("file", "observatory.fault.file-none");
            }
            try (InputStream content = file.get().getInputStream()) {
                Imported done = rates.imported(actor, content.readNBytes(RateFile.LARGEST + 1));
                Said.good(
                        redirect,
                        "observatory.said.imported",
                        Integer.toString(done.rates()),
                        Integer.toString(done.changed()));
            }
            return "redirect:/observatory/rates";
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showRates(Optional.of(actor), Map.of(), Faults.of(refused), model, locale);
        }
    }

    private String showRates(
            Optional<Actor> actor, Map<String, String> fields, Faults faults, Model model, Locale locale) {
        Map<String, String> form = new HashMap<>(fields);
        form.putIfAbsent("day", rates.today().toString());
        model.addAttribute("say", new ReaderWords(locale));
        model.addAttribute("rates", rates.on(rates.today()).all());
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        Map<String, String> marks = ReaderWords.choices(Mark.class, "federation.mark.", "");
        marks.remove(Mark.UNVERIFIED.name());
        model.addAttribute("marks", marks);
        model.addAttribute("mayKeep", actor.filter(Initiatives::mayKeep).isPresent());
        return "observatory/rates";
    }

    /** What cannot be read is asked for again at its field. */
    private static RateForm rateForm(Map<String, String> fields) {
        return new RateForm(
                day(fields.getOrDefault("day", "")),
                fields.getOrDefault("currency", "").strip().toUpperCase(Locale.ROOT),
                number(fields.getOrDefault("perEuro", "")),
                Arrays.stream(Mark.values())
                        .filter(mark -> mark.name().equals(fields.get("mark")))
                        .findFirst()
                        .orElse(null),
                ReaderWords.lines(Objects.requireNonNullElse(fields.get("sources"), "")));
    }

    private static java.math.@Nullable BigDecimal number(String text) {
        try {
            return InitiativeFields.number(text.strip());
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static @Nullable LocalDate day(String text) {
        try {
            return LocalDate.parse(text.strip());
        } catch (DateTimeException none) {
            return null;
        }
    }
}
