package org.aifactory.funds;

import jakarta.servlet.http.HttpServletResponse;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.facts.Sources;
import org.aifactory.funds.FundForms.ClosingForm;
import org.aifactory.funds.FundForms.CommitmentForm;
import org.aifactory.funds.FundForms.DrawdownForm;
import org.aifactory.funds.FundForms.InvestmentForm;
import org.aifactory.funds.FundForms.TakingBackForm;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.aifactory.web.Typed;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Funds as pages, with the forms by which programme officers book. */
@Controller
class FundPages {
    private final Funds funds;

    FundPages(Funds funds) {
        this.funds = funds;
    }

    /** For the templates: what a reader of this language writes. */
    static final class Say {
        private final Locale locale;

        Say(Locale locale) {
            this.locale = locale;
        }

        public String country(String code) {
            return Locale.of("", code).getDisplayCountry(locale);
        }

        public String day(LocalDate day) {
            return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                    .withLocale(locale)
                    .format(day);
        }

        /** In keys of messages. */
        public String word(Object one) {
            return ((Enum<?>) one).name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public boolean isAddress(String source) {
            return Sources.isAddress(source);
        }

        public String site(String address) {
            return address.replaceFirst("^https?://(www\\.)?", "").replaceFirst("/.*", "");
        }

        /** A new key for each form, so that sending one twice books once. */
        public String key() {
            return UUID.randomUUID().toString();
        }
    }

    @GetMapping("/funds")
    String all(Model model, Locale locale) {
        model.addAttribute("say", new Say(locale));
        model.addAttribute("funds", funds.all());
        return "funds/list";
    }

    @GetMapping("/funds/{slug}")
    String one(Optional<Actor> actor, @PathVariable String slug, Model model, Locale locale) {
        return show(actor, slug, Map.of(), Faults.NONE, model, locale);
    }

    private String show(
            Optional<Actor> actor, String slug, Map<String, String> form, Faults faults, Model model, Locale locale) {
        Funds.Known known = funds.known(slug);
        Set<EntryId> undone = known.movements().stream()
                .flatMap(movement -> movement.undoes().stream())
                .collect(Collectors.toSet());
        model.addAttribute("say", new Say(locale));
        model.addAttribute("known", known);
        model.addAttribute("undone", undone);
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("today", funds.today());
        model.addAttribute(
                "mayBook",
                known.fund().nature() == Nature.REAL
                        && actor.filter(Funds::mayBook).isPresent());
        return "funds/fund";
    }

    /** One investor at a time; several together come by the API. */
    @PostMapping("/funds/{slug}/closings")
    String close(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        ClosingForm form = new ClosingForm(
                Typed.day(sent.get("day")),
                List.of(new CommitmentForm(
                        sent.get("who"), Typed.one(Payer.class, sent.get("payer")), Typed.cents(sent.get("euro")))),
                lines(sent.get("sources")),
                Typed.id(sent.get("key")));
        return booked(
                actor,
                slug,
                sent,
                "funds.said.closed",
                () -> funds.close(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/funds/{slug}/drawdowns")
    String draw(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        DrawdownForm form = new DrawdownForm(
                Typed.day(sent.get("day")),
                Typed.one(Payer.class, sent.get("payer")),
                Typed.cents(sent.get("euro")),
                sent.get("reason"),
                Typed.id(sent.get("key")));
        return booked(
                actor,
                slug,
                sent,
                "funds.said.drawn",
                () -> funds.draw(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/funds/{slug}/investments")
    String invest(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        InvestmentForm form = new InvestmentForm(
                Typed.day(sent.get("day")),
                sent.get("company"),
                Typed.cents(sent.get("euro")),
                lines(sent.get("sources")),
                Typed.id(sent.get("key")));
        return booked(
                actor,
                slug,
                sent,
                "funds.said.invested",
                () -> funds.invest(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/funds/{slug}/take-back")
    String takeBack(
            Actor actor,
            @PathVariable String slug,
            @RequestParam UUID movement,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam UUID key,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            funds.takeBack(actor, slug, movement, new TakingBackForm(reason, key));
            Said.good(redirect, "funds.said.taken-back");
        });
        return "redirect:/funds/" + funds.known(slug).fund().slug();
    }

    /** What is refused stands at the field, in the form that was sent. */
    private String booked(
            Actor actor,
            String slug,
            Map<String, String> sent,
            String said,
            Runnable work,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        try {
            work.run();
            Said.good(redirect, said);
            return "redirect:/funds/" + slug;
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(Optional.of(actor), slug, sent, atForm(refused, sent.getOrDefault("form", "")), model, locale);
        }
    }

    /** The three forms of the page have fields of the same names; each has its own before them. */
    private static Faults atForm(Problem refused, String form) {
        Faults faults = Faults.of(refused);
        return new Faults(
                faults.atFields().entrySet().stream()
                        .collect(Collectors.toMap(
                                fault -> form + "-"
                                        + fault.getKey()
                                                .replaceFirst("^commitments\\[0\\]\\.", "")
                                                .replace("cents", "euro"),
                                Map.Entry::getValue,
                                (first, second) -> first)),
                faults.inAll());
    }

    private static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : text.lines().filter(line -> !line.isBlank()).toList();
    }
}
