package org.aifactory.access;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.aifactory.access.Applications.Sent;
import org.aifactory.access.PolicyViews.QuestionView;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
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

/** The one page to apply, the profile that it uses again, and what the access modes are. */
@Controller
class ApplyPages {
    private final Policy policy;
    private final Applications applications;
    private final Profiles profiles;
    private final AccessViews views;
    private final PolicyViews policyViews;
    private final Partitions partitions;
    private final Machines machines;
    private final Pools pools;
    private final Wording words;

    ApplyPages(
            Policy policy,
            Applications applications,
            Profiles profiles,
            AccessViews views,
            PolicyViews policyViews,
            Partitions partitions,
            Machines machines,
            Pools pools,
            Wording words) {
        this.policy = policy;
        this.applications = applications;
        this.profiles = profiles;
        this.views = views;
        this.policyViews = policyViews;
        this.partitions = partitions;
        this.machines = machines;
        this.pools = pools;
        this.words = words;
    }

    @GetMapping("/apply")
    String ask(Actor actor, @RequestParam Optional<String> partition, Model model) {
        Map<String, String> fields = new HashMap<>();
        fields.put("key", UUID.randomUUID().toString());
        applicants(actor)
                .findFirst()
                .ifPresent(membership ->
                        fields.put("organisation", membership.organisation().toString()));
        fields.put(
                "partition",
                partition.orElseGet(() -> usualPartition().map(Partition::slug).orElse("")));
        return show(actor, new ApplyForm(fields), Faults.NONE, model);
    }

    /** Where something can run at once, and else the first that is open. */
    private Optional<Partition> usualPartition() {
        List<Partition> open = partitions.all().stream().filter(this::isOpen).toList();
        return open.stream()
                .filter(partition -> machines.require(partition.machine()).connection() != Machine.Connection.NONE)
                .findFirst()
                .or(() -> open.stream().findFirst());
    }

    private boolean isOpen(Partition partition) {
        return partition.open() && machines.require(partition.machine()).open();
    }

    /** What changes while somebody types: a part of the page. */
    @PostMapping("/apply/check")
    String check(Actor actor, @RequestParam MultiValueMap<String, String> sent, Model model) {
        ApplyForm form = ApplyForm.of(sent);
        try {
            Check check = applications.check(actor, form.wish());
            model.addAttribute("check", check);
            String mode = check.mode().orElse("");
            model.addAttribute("newQuestions", !mode.equals(form.of("asked")));
            questions(form, mode, model);
        } catch (Problem refused) {
            model.addAttribute("refused", refused.message());
            model.addAttribute("newQuestions", false);
        }
        model.addAttribute("form", form);
        model.addAttribute("faults", Faults.NONE);
        return "access/live :: live";
    }

    @PostMapping("/apply")
    String send(
            Actor actor,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        ApplyForm form = ApplyForm.of(sent);
        try {
            Sent done = applications.send(actor, form.wish());
            return afterSending(done.application(), redirect);
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(actor, form, Faults.of(refused), model);
        }
    }

    private String afterSending(Application application, RedirectAttributes redirect) {
        if (application.state() == ApplicationState.GRANTED) {
            Said.good(redirect, "access.apply.granted", application.project().title());
        } else {
            Said.good(redirect, "access.apply.sent", application.project().title());
        }
        return "redirect:/applications/" + application.id();
    }

    private String show(Actor actor, ApplyForm form, Faults faults, Model model) {
        Map<String, String> organisations = new LinkedHashMap<>();
        applicants(actor)
                .forEach(membership ->
                        organisations.put(membership.organisation().toString(), membership.name()));
        model.addAttribute("organisations", organisations);
        model.addAttribute("partitions", partitionChoices());
        model.addAttribute("units", unitChoices());
        model.addAttribute("modes", modeChoices());
        model.addAttribute("months", monthChoices());
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("newQuestions", false);
        profile(actor, form, model);
        if (!organisations.isEmpty()) {
            try {
                Check check = applications.check(actor, form.wish());
                model.addAttribute("check", check);
                questions(form, check.mode().orElse(form.of("mode")), model);
            } catch (Problem refused) {
                questions(form, form.of("mode"), model);
                model.addAttribute("refused", refused.message());
            }
        }
        return "access/apply";
    }

    /** The questions of the profile with what was said before, or just now. */
    private void profile(Actor actor, ApplyForm form, Model model) {
        Wish wish = form.wish();
        if (wish.organisation() == null || !actor.maySee(new OrganisationId(wish.organisation()))) {
            model.addAttribute("profile", List.<AskedQuestion>of());
            model.addAttribute("profileComplete", false);
            return;
        }
        AccessViews.ProfileView known = views.profile(profiles.find(actor, new OrganisationId(wish.organisation())));
        model.addAttribute(
                "profile",
                known.questions().stream()
                        .map(question -> new AskedQuestion(
                                "profile." + question.id(),
                                question,
                                wish.givenProfile().containsKey(question.id())
                                        ? form.of("profile." + question.id())
                                        : written(known.answers().get(question.id()))))
                        .toList());
        model.addAttribute("profileComplete", known.complete());
    }

    private void questions(ApplyForm form, String mode, Model model) {
        model.addAttribute("asked", mode);
        model.addAttribute(
                "questions",
                policy.mode(mode).stream()
                        .flatMap(some -> some.questions().stream())
                        .map(policyViews::view)
                        .map(question -> new AskedQuestion(
                                "answers." + question.id(), question, form.of("answers." + question.id())))
                        .toList());
    }

    /** A question with the name of its field and what stands in it. */
    record AskedQuestion(String field, QuestionView question, String answer) {}

    static String written(@org.jspecify.annotations.Nullable Object answer) {
        return answer instanceof java.math.BigDecimal number
                ? number.toPlainString()
                : answer == null ? "" : answer.toString();
    }

    private static Stream<Membership> applicants(Actor actor) {
        return actor.memberships().stream()
                .filter(membership -> membership.kind() != OrganisationKind.PROGRAMME_OFFICE)
                .filter(membership -> actor.mayChange(membership.organisation()));
    }

    private Map<String, String> partitionChoices() {
        Map<String, String> choices = new LinkedHashMap<>();
        for (Partition partition : partitions.all()) {
            if (isOpen(partition)) {
                choices.put(
                        partition.slug(),
                        words.say(
                                "access.apply.partition.choice",
                                machines.require(partition.machine()).name(),
                                partition.name(),
                                Wording.time(
                                        partition,
                                        Math.max(
                                                0, pools.balance(partition.id()).free()))));
            }
        }
        return choices;
    }

    private Map<String, String> unitChoices() {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("", words.say("access.unit.usual"));
        for (HourUnit unit : HourUnit.values()) {
            choices.put(unit.name(), words.say("access.unit." + unit.slug()));
        }
        return choices;
    }

    private Map<String, String> modeChoices() {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("", words.say("access.apply.mode.any"));
        policy.modes().forEach(mode -> choices.put(mode.slug(), mode.name().in(words.locale())));
        return choices;
    }

    private Map<String, String> monthChoices() {
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("", words.say("access.apply.months.usual"));
        policy.modes().stream()
                .flatMap(mode -> mode.months().choices().stream())
                .distinct()
                .sorted()
                .forEach(months -> choices.put(months.toString(), words.say("access.months", months)));
        return choices;
    }

    @GetMapping("/organisations/{organisation}/profile")
    String profile(Actor actor, @PathVariable UUID organisation, Model model) {
        return showProfile(actor, new OrganisationId(organisation), Map.of(), Faults.NONE, model);
    }

    @PostMapping("/organisations/{organisation}/profile")
    String saveProfile(
            Actor actor,
            @PathVariable UUID organisation,
            @RequestParam MultiValueMap<String, String> sent,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        OrganisationId id = new OrganisationId(organisation);
        Map<String, Object> answers = new LinkedHashMap<>();
        sent.toSingleValueMap().forEach((field, answer) -> {
            if (field.startsWith("answers.")) {
                answers.put(field.substring("answers.".length()), answer);
            }
        });
        try {
            profiles.save(actor, id, answers);
            Said.good(redirect, "access.profile.saved");
            return "redirect:/organisations/" + id + "/profile";
        } catch (Problem refused) {
            if (refused.faults().isEmpty()) {
                throw refused;
            }
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showProfile(actor, id, answers, Faults.of(refused), model);
        }
    }

    private String showProfile(Actor actor, OrganisationId id, Map<String, Object> given, Faults faults, Model model) {
        AccessViews.ProfileView known = views.profile(profiles.find(actor, id));
        model.addAttribute("organisation", known);
        model.addAttribute("mayChange", actor.mayChange(id));
        model.addAttribute(
                "questions",
                known.questions().stream()
                        .map(question -> new AskedQuestion(
                                "answers." + question.id(),
                                question,
                                written(given.getOrDefault(
                                        question.id(), known.answers().get(question.id())))))
                        .toList());
        model.addAttribute("faults", faults);
        return "access/profile";
    }

    @GetMapping("/docs/access")
    String modes(Model model) {
        model.addAttribute("policy", policyViews.modes());
        return "access/modes";
    }
}
