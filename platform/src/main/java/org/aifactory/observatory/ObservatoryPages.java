package org.aifactory.observatory;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.observatory.Comparisons.Question;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** What everybody may read of nations' initiatives. */
@Controller
class ObservatoryPages {
    private final Initiatives initiatives;
    private final Comparisons comparisons;

    ObservatoryPages(Initiatives initiatives, Comparisons comparisons) {
        this.initiatives = initiatives;
        this.comparisons = comparisons;
    }

    /** What stands in the address; whatever cannot be read is as if it were not there, since people edit addresses. */
    record Chosen(
            String currency, Basis basis, Optional<Kind> kind, Optional<String> country, Optional<LocalDate> day) {
        static Chosen of(String currency, String basis, String kind, String country, String day, String usual) {
            return new Chosen(
                    InitiativeCheck.isCurrency(currency) ? currency : usual,
                    named(Basis.class, basis).orElse(Basis.PER_YEAR),
                    named(Kind.class, kind),
                    Optional.of(country).filter(code -> code.matches("[A-Z]{2}")),
                    date(day));
        }

        private static <E extends Enum<E>> Optional<E> named(Class<E> kind, String name) {
            return Arrays.stream(kind.getEnumConstants())
                    .filter(one -> one.name().equals(name))
                    .findFirst();
        }

        private static Optional<LocalDate> date(String text) {
            try {
                return Optional.of(LocalDate.parse(text)).filter(day -> day.getYear() >= 1999 && day.getYear() <= 9999);
            } catch (DateTimeParseException none) {
                return Optional.empty();
            }
        }

        Question question() {
            return new Question(currency, basis, kind, country, day);
        }

        /** The same question to the API. */
        public String csv() {
            UriComponentsBuilder address = UriComponentsBuilder.fromPath("/api/initiatives/comparison.csv")
                    .queryParam("currency", currency)
                    .queryParam("basis", basis);
            kind.ifPresent(one -> address.queryParam("kind", one));
            country.ifPresent(code -> address.queryParam("country", code));
            day.ifPresent(one -> address.queryParam("day", one));
            return address.build().toUriString();
        }
    }

    /** Readers of Korean are shown won at first. */
    @GetMapping("/observatory")
    String compare(
            Optional<Actor> actor,
            @RequestParam(defaultValue = "") String currency,
            @RequestParam(defaultValue = "") String basis,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String country,
            @RequestParam(defaultValue = "") String day,
            Model model,
            Locale locale) {
        String usual = locale.getLanguage().equals("ko") ? "KRW" : Rate.EURO;
        Chosen chosen = Chosen.of(currency, basis, kind, country, day, usual);
        ReaderWords say = new ReaderWords(locale);
        List<InitiativeForm> known = initiatives.all(Optional.empty(), Optional.empty());
        model.addAttribute("say", say);
        model.addAttribute("chosen", chosen);
        model.addAttribute("comparison", comparisons.answer(chosen.question()));
        model.addAttribute("why", new Why());
        model.addAttribute("isEmpty", known.isEmpty());
        model.addAttribute("currencies", currencies(say, chosen.currency()));
        model.addAttribute("bases", ReaderWords.choices(Basis.class, "observatory.basis.", ""));
        model.addAttribute("kinds", ReaderWords.choices(Kind.class, "observatory.kind.", "observatory.kind.all"));
        model.addAttribute("countries", countries(known, say));
        model.addAttribute("mayKeep", actor.filter(Initiatives::mayKeep).isPresent());
        return "observatory/comparison";
    }

    /** Why something cannot be compared, for the template. */
    static final class Why {
        public String not(Object apart) {
            return ComparisonView.why((Comparison.Apart) apart).toString();
        }
    }

    private Map<String, String> currencies(ReaderWords say, String chosen) {
        Map<String, String> choices = new LinkedHashMap<>();
        comparisons.currencies().forEach(code -> choices.put(code, say.currency(code)));
        choices.putIfAbsent(chosen, say.currency(chosen));
        return choices;
    }

    private static Map<String, String> countries(List<InitiativeForm> known, ReaderWords say) {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("", org.aifactory.web.Message.of("observatory.country.all").toString());
        known.stream()
                .map(InitiativeForm::country)
                .filter(code -> code != null)
                .distinct()
                .forEach(code -> choices.put(code, say.country(code)));
        return choices;
    }

    @GetMapping("/observatory/initiatives/{slug}")
    String one(Optional<Actor> actor, @PathVariable String slug, Model model, Locale locale) {
        model.addAttribute("say", new ReaderWords(locale));
        model.addAttribute("initiative", InitiativeCheck.read(initiatives.require(slug)));
        model.addAttribute("mayKeep", actor.filter(Initiatives::mayKeep).isPresent());
        return "observatory/initiative";
    }
}
