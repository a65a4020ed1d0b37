package org.aifactory.cofunding;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.cofunding.Following.Step;
import org.aifactory.cofunding.FundingForms.CostForm;
import org.aifactory.cofunding.FundingForms.HourCostForm;
import org.aifactory.cofunding.FundingForms.MovementForm;
import org.aifactory.cofunding.FundingForms.TakingBackForm;
import org.aifactory.cofunding.FundingForms.TermsForm;
import org.aifactory.cofunding.MoneyViews.FactoryView;
import org.aifactory.cofunding.MoneyViews.FunderView;
import org.aifactory.cofunding.MoneyViews.Overview;
import org.aifactory.cofunding.Movement.Kind;
import org.aifactory.cofunding.Trails.RunLine;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Factory;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.aifactory.web.Typed;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Who pays for factories as pages, with the forms by which programme officers book. */
@Controller
class FundingPages {
    private static final int RUNS_ON_A_PAGE = 50;

    private final Funding funding;
    private final Ceilings ceilings;
    private final FundingPolicy policy;
    private final MoneyViews views;
    private final Trails trails;
    private final HourCosts costs;
    private final Machines machines;
    private final Partitions partitions;
    private final MessageSource messages;

    FundingPages(
            Funding funding,
            Ceilings ceilings,
            FundingPolicy policy,
            MoneyViews views,
            Trails trails,
            HourCosts costs,
            Machines machines,
            Partitions partitions,
            MessageSource messages) {
        this.funding = funding;
        this.ceilings = ceilings;
        this.policy = policy;
        this.views = views;
        this.trails = trails;
        this.costs = costs;
        this.machines = machines;
        this.partitions = partitions;
        this.messages = messages;
    }

    /** For the templates: what a reader of this language writes. */
    final class Say {
        private final Locale locale;

        Say(Locale locale) {
            this.locale = locale;
        }

        public String funder(@Nullable String code) {
            if (code == null) {
                return messages.getMessage("cofunding.nobody", null, locale);
            }
            return code.equals(Funder.UNION)
                    ? messages.getMessage("cofunding.union", null, locale)
                    : Locale.of("", code).getDisplayCountry(locale);
        }

        public String day(LocalDate day) {
            return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                    .withLocale(locale)
                    .format(day);
        }

        /** A new key for each form, so that sending one twice books once. */
        public String key() {
            return UUID.randomUUID().toString();
        }
    }

    @GetMapping("/funding")
    String overview(Optional<Actor> actor, Model model, Locale locale) {
        Overview overview = views.overview(actor);
        model.addAttribute("say", new Say(locale));
        model.addAttribute("overview", overview);
        model.addAttribute("chart", YearChart.of(overview.byYear()));
        model.addAttribute("all", MoneyViews.seesAll(actor));
        return "cofunding/overview";
    }

    @GetMapping("/funding/funders/{funder}")
    String funder(
            Optional<Actor> actor,
            @PathVariable String funder,
            @RequestParam Optional<String> factory,
            @RequestParam Optional<@Min(2000) @Max(2200) Integer> year,
            @RequestParam Optional<@Min(0) Long> before,
            Model model,
            Locale locale) {
        FunderView view = views.funder(actor, funder);
        List<RunLine> runs =
                trails.runs(actor, funder, factory, year, before.orElse(Long.MAX_VALUE), RUNS_ON_A_PAGE + 1);
        boolean more = runs.size() > RUNS_ON_A_PAGE;
        List<RunLine> shown = more ? runs.subList(0, RUNS_ON_A_PAGE) : runs;
        Map<String, Partition> shapes = new LinkedHashMap<>();
        view.uses().forEach(use -> shapes.put(use.partition(), partitions.require(use.partition())));
        shown.forEach(run -> shapes.computeIfAbsent(run.partition(), partitions::require));
        model.addAttribute("say", new Say(locale));
        model.addAttribute("view", view);
        model.addAttribute("chart", YearChart.of(view.byYear()));
        model.addAttribute("runs", shown);
        model.addAttribute("next", more ? shown.getLast().number() : null);
        model.addAttribute("factory", factory.orElse(null));
        model.addAttribute("year", year.orElse(null));
        model.addAttribute("shapes", shapes);
        model.addAttribute("all", MoneyViews.seesAll(actor));
        return "cofunding/funder";
    }

    @GetMapping("/funding/runs/{run}")
    String run(Actor actor, @PathVariable UUID run, Model model, Locale locale) {
        return trail(actor, trails.run(actor, run), model, locale);
    }

    @GetMapping("/funding/models/{id}")
    String model(Actor actor, @PathVariable UUID id, Model model, Locale locale) {
        return trail(actor, trails.model(actor, id), model, locale);
    }

    private String trail(Actor actor, Step step, Model model, Locale locale) {
        model.addAttribute("say", new Say(locale));
        model.addAttribute("step", step);
        model.addAttribute("shape", partitions.require(step.followed().partition()));
        model.addAttribute("seesRun", trails.maySee(actor, step.followed().run()));
        model.addAttribute(
                "seesModel",
                step.model().filter(made -> trails.maySee(actor, made)).isPresent());
        return "cofunding/trail";
    }

    @GetMapping("/funding/factories/{slug}")
    String factory(Optional<Actor> actor, @PathVariable String slug, Model model, Locale locale) {
        return show(actor, slug, Map.of(), Faults.NONE, model, locale);
    }

    private String show(
            Optional<Actor> actor, String slug, Map<String, String> form, Faults faults, Model model, Locale locale) {
        FactoryView view = views.factory(actor, slug);
        Factory factory = funding.require(slug);
        List<Partition> own = machines.of(factory.id()).stream()
                .flatMap(machine -> partitions.of(machine.id()).stream())
                .toList();
        model.addAttribute("say", new Say(locale));
        model.addAttribute("view", view);
        model.addAttribute("chart", YearChart.of(view.byYear()));
        model.addAttribute("partitions", own);
        model.addAttribute(
                "pools",
                own.stream()
                        .map(partition -> trails.partition(partition.slug()))
                        .toList());
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("today", funding.today());
        model.addAttribute("mayBook", MoneyViews.seesAll(actor));
        model.addAttribute("kinds", words("cofunding.kind.", policy.kinds(), locale));
        model.addAttribute("categories", words("cofunding.category.", FundingPolicy.CATEGORIES, locale));
        model.addAttribute(
                "movementKinds",
                Arrays.stream(Kind.values())
                        .filter(kind -> kind != Kind.TAKEN_BACK && kind != Kind.RECEIPT)
                        .toList());
        return "cofunding/factory";
    }

    private Map<String, String> words(String prefix, List<String> names, Locale locale) {
        Map<String, String> words = new LinkedHashMap<>();
        names.forEach(name -> words.put(name, messages.getMessage(prefix + name, null, locale)));
        return words;
    }

    @PostMapping("/funding/factories/{slug}/terms")
    String agree(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "false") boolean published,
            @RequestParam(defaultValue = "0") int version,
            RedirectAttributes redirect) {
        Funding.requireMayBook(actor);
        Factory factory = funding.require(slug);
        Said.orRefused(redirect, () -> {
            ceilings.agree(actor, factory, new TermsForm(kind, published, version));
            Said.good(redirect, "cofunding.said.agreed");
        });
        return "redirect:/funding/factories/" + factory.slug();
    }

    @PostMapping("/funding/factories/{slug}/costs")
    String plan(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        Funding.requireMayBook(actor);
        Factory factory = funding.require(slug);
        CostForm form = new CostForm(
                Typed.whole(sent.get("year")),
                sent.get("category"),
                Typed.cents(sent.get("euro")),
                Typed.whole(sent.get("version")));
        return done(
                actor,
                slug,
                sent,
                "cofunding.said.planned",
                () -> ceilings.plan(actor, factory, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/funding/factories/{slug}/movements")
    String book(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        MovementForm form = new MovementForm(
                Typed.one(Kind.class, sent.get("kind")),
                sent.get("funder"),
                Typed.whole(sent.get("year")),
                sent.get("category"),
                Typed.cents(sent.get("euro")),
                Typed.day(sent.get("day")),
                Typed.day(sent.get("due")),
                Typed.id(sent.get("instalment")),
                sent.get("reason"),
                Typed.id(sent.get("key")));
        return done(
                actor,
                slug,
                sent,
                "cofunding.said.booked",
                () -> funding.book(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/funding/factories/{slug}/take-back")
    String takeBack(
            Actor actor,
            @PathVariable String slug,
            @RequestParam UUID movement,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam UUID key,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            funding.takeBack(actor, slug, movement, new TakingBackForm(reason, key));
            Said.good(redirect, "cofunding.said.taken-back");
        });
        return "redirect:/funding/factories/" + funding.require(slug).slug();
    }

    @PostMapping("/funding/partitions/{slug}/share-out")
    String shareOut(Actor actor, @PathVariable String slug, RedirectAttributes redirect) {
        Factory factory = partitions.factory(partitions.require(slug));
        Said.orRefused(redirect, () -> {
            Amount amount = trails.shareOut(actor, slug);
            if (amount.value() == 0) {
                Said.warn(redirect, "cofunding.said.nothing-to-share");
            } else {
                Said.good(redirect, "cofunding.said.shared-out");
            }
        });
        return "redirect:/funding/factories/" + factory.slug();
    }

    @PostMapping("/funding/partitions/{slug}/hour-costs")
    String tell(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            RedirectAttributes redirect) {
        Partition partition = partitions.require(slug);
        Said.orRefused(redirect, () -> {
            costs.tell(
                    actor,
                    partition,
                    new HourCostForm(
                            Typed.day(sent.get("from")),
                            Typed.cents(sent.get("euro")),
                            Typed.one(Mark.class, sent.get("mark")),
                            sent.get("source")));
            Said.good(redirect, "cofunding.said.told");
        });
        return "redirect:/funding/factories/" + partitions.factory(partition).slug();
    }

    /** What is refused stands at the field, in the form that was sent. */
    private String done(
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
            return "redirect:/funding/factories/" + funding.require(slug).slug();
        } catch (Problem refused) {
            if (refused.type().status() == HttpStatus.FORBIDDEN
                    || refused.type().status() == HttpStatus.NOT_FOUND) {
                throw refused;
            }
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(Optional.of(actor), slug, sent, atForm(refused, sent.getOrDefault("form", "")), model, locale);
        }
    }

    /** The forms of the page have fields of the same names; each has its own before them. */
    private static Faults atForm(Problem refused, String form) {
        Faults faults = Faults.of(refused);
        Map<String, String> atFields = new LinkedHashMap<>();
        faults.atFields().forEach((field, fault) -> atFields.put(form + "-" + field.replace("cents", "euro"), fault));
        return new Faults(atFields, faults.inAll());
    }
}
