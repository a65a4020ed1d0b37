package org.aifactory.hosting;

import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.hosting.HostingForms.AgreementForm;
import org.aifactory.hosting.HostingForms.FactoryForm;
import org.aifactory.hosting.HostingForms.MilestoneForm;
import org.aifactory.hosting.HostingForms.PlaceForm;
import org.aifactory.hosting.HostingForms.ShareForm;
import org.aifactory.hosting.HostingForms.TakingBackForm;
import org.aifactory.hosting.HostingViews.AgreementView;
import org.aifactory.hosting.HostingViews.HostingView;
import org.aifactory.identity.Actor;
import org.aifactory.programme.ProposalId;
import org.aifactory.programme.SelectedProposal;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
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

/** From selection to factory as pages: everybody reads, and the forms are for those who may fill them in. */
@Controller
class HostingPages {
    /** Shares are typed in per cent, with so many decimals at most. */
    private static final int DECIMALS = 6;

    private static final long WHOLE = 100_000_000L;
    private static final int MOST_ROWS = 40;
    private static final int FREE_ROWS = 2;

    private final Hostings hostings;
    private final HostingViews views;
    private final Factories factories;

    HostingPages(Hostings hostings, HostingViews views, Factories factories) {
        this.hostings = hostings;
        this.views = views;
        this.factories = factories;
    }

    /** A row of the form of shares, as it is typed. */
    record Row(String participant, String role, String percent) {}

    @GetMapping("/factories/{slug}/hosting")
    String hosting(Optional<Actor> actor, @PathVariable String slug, Model model, Locale locale) {
        return show(actor, slug, Map.of(), Faults.NONE, model, locale);
    }

    private String show(
            Optional<Actor> actor, String slug, Map<String, String> sent, Faults faults, Model model, Locale locale) {
        HostingView view = views.view(slug);
        Factory factory = hostings.factory(slug);
        model.addAttribute("one", view);
        model.addAttribute("sent", sent);
        model.addAttribute("faults", faults);
        model.addAttribute("tomorrow", hostings.today().plusDays(1));
        model.addAttribute("today", hostings.today());
        boolean mayAgree = actor.filter(hostings::mayAgree).isPresent();
        model.addAttribute("mayAgree", mayAgree);
        model.addAttribute(
                "mayTell",
                actor.filter(somebody -> hostings.mayTell(somebody, factory)).isPresent());
        if (mayAgree) {
            model.addAttribute("rows", sent.containsKey("shares[0].participant") ? rows(sent) : rows(view));
            model.addAttribute("participants", participants(locale));
        }
        return "hosting/hosting";
    }

    private static Map<String, String> participants(Locale locale) {
        Map<String, String> byName = new TreeMap<>();
        Arrays.stream(Locale.getISOCountries())
                .forEach(code -> byName.put(Locale.of("", code).getDisplayCountry(locale), code));
        Map<String, String> participants = new LinkedHashMap<>();
        participants.put("", "–");
        participants.put(
                Share.UNION, org.aifactory.web.Message.of("hosting.union").in(locale));
        byName.forEach((name, code) -> participants.put(code, name));
        return participants;
    }

    /** What holds last, to be negotiated anew, and room for others who join. */
    private static List<Row> rows(HostingView view) {
        List<Row> rows = new ArrayList<>();
        view.latest()
                .map(AgreementView::shares)
                .orElse(List.of())
                .forEach(share -> rows.add(new Row(
                        share.participant(),
                        share.role().name(),
                        share.part().map(HostingPages::percent).orElse(""))));
        for (int free = 0; free < FREE_ROWS; free++) {
            rows.add(new Row("", Role.JOINER.name(), ""));
        }
        return rows;
    }

    private static String percent(Ratio part) {
        return BigDecimal.valueOf(part.part())
                .movePointRight(2)
                .divide(BigDecimal.valueOf(part.whole()), DECIMALS, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<Row> rows(Map<String, String> sent) {
        List<Row> rows = new ArrayList<>();
        for (int at = 0; at < MOST_ROWS && sent.containsKey("shares[" + at + "].participant"); at++) {
            rows.add(new Row(
                    sent.getOrDefault("shares[" + at + "].participant", ""),
                    sent.getOrDefault("shares[" + at + "].role", ""),
                    sent.getOrDefault("shares[" + at + "].percent", "")));
        }
        return rows;
    }

    @PostMapping("/factories/{slug}/agreements")
    String agree(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        // Rows in which nobody is chosen are left out, and faults are counted by those that are left.
        List<Row> rows =
                rows(sent).stream().filter(row -> !row.participant().isBlank()).toList();
        Map<String, String> kept = new LinkedHashMap<>(sent);
        kept.keySet().removeIf(name -> name.startsWith("shares["));
        for (int at = 0; at < rows.size(); at++) {
            kept.put("shares[" + at + "].participant", rows.get(at).participant());
            kept.put("shares[" + at + "].role", rows.get(at).role());
            kept.put("shares[" + at + "].percent", rows.get(at).percent());
        }
        AgreementForm form = new AgreementForm(
                Typed.whole(sent.get("version")),
                Typed.day(sent.get("from")),
                WHOLE,
                rows.stream()
                        .map(row -> new ShareForm(
                                row.participant(), Typed.one(Role.class, row.role()), part(row.percent())))
                        .toList(),
                sent.get("reason"));
        return changed(
                actor,
                slug,
                kept,
                "shares",
                "hosting.said.agreed",
                () -> hostings.agree(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/factories/{slug}/agreements/take-back")
    String takeBack(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        TakingBackForm form =
                new TakingBackForm(Typed.whole(sent.get("version")), Typed.day(sent.get("from")), sent.get("reason"));
        return changed(
                actor,
                slug,
                sent,
                "take-back",
                "hosting.said.taken-back",
                () -> hostings.takeBack(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/factories/{slug}/milestones/{step}")
    String tell(
            Actor actor,
            @PathVariable String slug,
            @PathVariable String step,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        Step told = HostingApi.step(step).orElseThrow(() -> Problem.notFound("milestone", step));
        return changed(
                actor,
                slug,
                sent,
                told.slug(),
                "hosting.said.told",
                () -> {
                    List<Problem.FieldFault> faults = new ArrayList<>();
                    for (String field : List.of("planned", "reached")) {
                        if (!sent.getOrDefault(field, "").isBlank() && Typed.day(sent.get(field)) == null) {
                            faults.add(Problem.FieldFault.of(field, "hosting.fault.day"));
                        }
                    }
                    if (!faults.isEmpty()) {
                        throw Problem.invalid(faults);
                    }
                    hostings.tell(
                            actor,
                            slug,
                            told,
                            new MilestoneForm(
                                    Typed.whole(sent.get("version")),
                                    Typed.day(sent.get("planned")),
                                    Typed.day(sent.get("reached")),
                                    sent.get("reason")));
                },
                response,
                redirect,
                model,
                locale);
    }

    @PostMapping("/factories/{slug}/place")
    String place(
            Actor actor,
            @PathVariable String slug,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        PlaceForm form = new PlaceForm(
                Typed.whole(sent.get("version")), degrees(sent.get("latitude")), degrees(sent.get("longitude")));
        return changed(
                actor,
                slug,
                sent,
                "place",
                "hosting.said.placed",
                () -> hostings.place(actor, slug, form),
                response,
                redirect,
                model,
                locale);
    }

    /** What is refused stands at the field of the form that was sent, and what was typed stays. */
    private String changed(
            Actor actor,
            String slug,
            Map<String, String> sent,
            String form,
            String said,
            Runnable work,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model,
            Locale locale) {
        try {
            work.run();
            Said.good(redirect, said);
            return "redirect:/factories/" + hostings.factory(slug).slug() + "/hosting";
        } catch (Problem refused) {
            if (refused.type() == ProblemType.NOT_ALLOWED) {
                throw refused;
            }
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            Map<String, String> kept = new LinkedHashMap<>(sent);
            kept.put("form", form);
            return show(Optional.of(actor), slug, kept, atForm(refused, form), model, locale);
        }
    }

    /** The forms of the page have fields of the same names; each has its own before them. */
    private static Faults atForm(Problem refused, String form) {
        Faults faults = Faults.of(refused);
        Map<String, String> fields = new LinkedHashMap<>();
        faults.atFields().forEach((field, words) -> fields.put(form + "-" + field.replace(".part", ".percent"), words));
        return new Faults(fields, faults.inAll());
    }

    @GetMapping("/proposals/{proposal}/factory")
    String newFactory(Actor actor, @PathVariable UUID proposal, Model model) {
        return showNew(actor, new ProposalId(proposal), Map.of(), Faults.NONE, model);
    }

    private String showNew(Actor actor, ProposalId id, Map<String, String> sent, Faults faults, Model model) {
        SelectedProposal proposal = hostings.requireSelected(actor, id);
        Map<String, String> known = new LinkedHashMap<>();
        known.put("", "–");
        factories.all().stream()
                .filter(factory ->
                        factory.country().map(proposal.country()::equals).orElse(true))
                .forEach(factory -> known.put(factory.slug(), factory.name()));
        model.addAttribute("proposal", proposal);
        model.addAttribute("country", HostingViews.nameOf(proposal.country()));
        model.addAttribute("known", known);
        model.addAttribute("sent", sent);
        model.addAttribute("faults", faults);
        return "hosting/new";
    }

    @PostMapping("/proposals/{proposal}/factory")
    String establish(
            Actor actor,
            @PathVariable UUID proposal,
            @RequestParam Map<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        ProposalId id = new ProposalId(proposal);
        try {
            for (String field : List.of("latitude", "longitude")) {
                if (!sent.getOrDefault(field, "").isBlank() && degrees(sent.get(field)) == null) {
                    throw Problem.invalid(field, "hosting.fault.place");
                }
            }
            Factory made = hostings.establish(
                    actor,
                    id,
                    new FactoryForm(
                            sent.get("factory"),
                            sent.get("slug"),
                            sent.get("name"),
                            degrees(sent.get("latitude")),
                            degrees(sent.get("longitude"))));
            Said.good(redirect, "hosting.said.established", made.name());
            return "redirect:/factories/" + made.slug() + "/hosting";
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showNew(actor, id, sent, Faults.of(refused), model);
        }
    }

    /** {@code 12.5} as a part of the whole; null where it is no such number. */
    private static @Nullable Long part(String percent) {
        String digits = percent.strip().replace(",", ".").replace("%", "").strip();
        return digits.matches("\\d{1,3}(\\.\\d{1," + DECIMALS + "})?")
                ? new BigDecimal(digits).movePointRight(DECIMALS).longValueExact()
                : null;
    }

    private static @Nullable Double degrees(@Nullable String text) {
        return text != null && text.strip().matches("-?\\d{1,3}(\\.\\d{1,8})?") ? Double.valueOf(text.strip()) : null;
    }
}
