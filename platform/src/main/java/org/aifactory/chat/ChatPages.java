package org.aifactory.chat;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
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
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Talking to models, one or two side by side, and the keys by which programs do. */
@Controller
class ChatPages {
    private static final int DAYS_OF_USE = 31;
    private static final int DEFAULT_DAYS = 90;
    private static final String PAGE = "/chat";

    private final Models models;
    private final ChatServers servers;
    private final ChatKeys keys;
    private final Quotas quotas;
    private final Allocations allocations;
    private final Payers payers;
    private final MessageSource messages;
    private final InstantSource clock;

    ChatPages(
            Models models,
            ChatServers servers,
            ChatKeys keys,
            Quotas quotas,
            Allocations allocations,
            Payers payers,
            MessageSource messages,
            InstantSource clock) {
        this.models = models;
        this.servers = servers;
        this.keys = keys;
        this.quotas = quotas;
        this.allocations = allocations;
        this.payers = payers;
        this.messages = messages;
        this.clock = clock;
    }

    /**
     * A model that somebody talks to, and whether it answers.
     *
     * @param place the machine that it answers from; empty where it does not
     */
    record Partner(Model model, boolean converses, ChatServers.Status status, String place) {}

    /**
     * @param model by its slug; the newest where nobody is named
     * @param other to be compared with it
     */
    @GetMapping(PAGE)
    String talk(
            Actor actor,
            @RequestParam(defaultValue = "") String model,
            @RequestParam(defaultValue = "") String other,
            ModelMap page) {
        List<Model> all = models.of(actor);
        Map<String, String> choices = new LinkedHashMap<>();
        all.forEach(each -> choices.put(each.slug(), each.name()));
        Optional<Model> first = model.isEmpty() ? all.stream().findFirst() : Optional.of(named(all, model));
        // Nobody compares a model with itself.
        Optional<Model> second = other.isEmpty() || first.isEmpty()
                ? Optional.empty()
                : Optional.of(named(all, other)).filter(each -> !first.equals(Optional.of(each)));
        page.addAttribute("choices", choices);
        page.addAttribute("model", first.map(Model::slug).orElse(""));
        page.addAttribute("other", second.map(Model::slug).orElse(""));
        page.addAttribute(
                "partners",
                Stream.concat(first.stream(), second.stream())
                        .map(each -> partner(actor, each))
                        .toList());
        page.addAttribute("allocations", usable(actor));
        return "chat/chat";
    }

    private static Model named(List<Model> all, String name) {
        return all.stream()
                .filter(each -> each.slug().equals(name) || each.id().toString().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("model", name));
    }

    private Partner partner(Actor actor, Model model) {
        ChatServers.Status status = servers.status(actor, model.id());
        return new Partner(
                model,
                models.facts(model.id()).shape().converses(),
                status,
                status.paidBy()
                        .map(payer -> payers.place(allocations.require(payer)))
                        .orElse(""));
    }

    /** By id, with their projects and where they are spent. */
    private Map<String, String> usable(Actor actor) {
        Map<String, String> choices = new LinkedHashMap<>();
        allocations.of(actor).stream()
                .filter(each -> payers.mayPay(actor, each))
                .forEach(each -> choices.put(each.id().toString(), each.project() + " · " + payers.place(each)));
        return choices;
    }

    @PostMapping("/chat/{model}/start")
    String start(
            Actor actor,
            @PathVariable UUID model,
            @RequestParam UUID allocation,
            @RequestParam(defaultValue = "") String first,
            @RequestParam(defaultValue = "") String other,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            servers.start(actor, new ModelId(model), new AllocationId(allocation));
            Said.good(redirect, "chat.started");
        });
        return back(redirect, first.isEmpty() ? model.toString() : first, other);
    }

    @PostMapping("/chat/{model}/stop")
    String stop(
            Actor actor,
            @PathVariable UUID model,
            @RequestParam(defaultValue = "") String first,
            @RequestParam(defaultValue = "") String other,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            servers.stop(actor, new ModelId(model));
            Said.good(redirect, "chat.stopped");
        });
        return back(redirect, first.isEmpty() ? model.toString() : first, other);
    }

    /** To the page of both models, where two are compared. */
    private static String back(RedirectAttributes redirect, String first, String other) {
        redirect.addAttribute("model", first);
        if (!other.isEmpty()) {
            redirect.addAttribute("other", other);
        }
        return "redirect:" + PAGE;
    }

    /** What is asked of a new key. */
    record Form(
            @Nullable UUID organisation,
            @NotBlank @Size(max = 100) @Nullable String name,
            @Nullable UUID model,
            @Min(1) @Max(1_000_000_000_000L) @Nullable Long tokensPerDay,
            @Min(1) @Max(1_000_000) @Nullable Integer requestsPerMinute,
            @Min(1) @Max(366) @Nullable Integer days) {
        static final Form NEW = new Form(null, null, null, null, null, DEFAULT_DAYS);
    }

    @GetMapping("/chat/keys")
    String keys(Actor actor, ModelMap page) {
        return keys(actor, Form.NEW, Faults.NONE, page);
    }

    private String keys(Actor actor, Form form, Faults faults, ModelMap page) {
        Map<String, String> organisations = new LinkedHashMap<>();
        actor.memberships().stream()
                .filter(membership -> actor.mayChange(membership.organisation()))
                .forEach(membership ->
                        organisations.put(membership.organisation().toString(), membership.name()));
        Map<String, String> names = new LinkedHashMap<>();
        models.of(actor).forEach(model -> names.put(model.id().toString(), model.name()));
        List<ChatKey> all = keys.of(actor);
        Map<String, String> holders = new LinkedHashMap<>();
        all.forEach(key -> holders.put(Caller.holder(key.id()), key.name()));
        page.addAttribute("keys", all);
        page.addAttribute("models", names);
        page.addAttribute("holders", holders);
        page.addAttribute("organisations", organisations);
        page.addAttribute("form", form);
        page.addAttribute("faults", faults);
        page.addAttribute(
                "address",
                ServletUriComponentsBuilder.fromCurrentContextPath()
                        .path("/v1")
                        .build()
                        .toUriString());
        page.addAttribute(
                "uses",
                quotas.of(
                        actor.memberships().stream()
                                .map(Actor.Membership::organisation)
                                .toList(),
                        clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().minusDays(DAYS_OF_USE - 1L)));
        return "chat/keys";
    }

    /** Shows the secret at once, because it is told only this once. */
    @PostMapping("/chat/keys")
    String makeKey(
            Actor actor,
            @Valid @ModelAttribute("form") Form form,
            BindingResult binding,
            HttpServletResponse response,
            ModelMap page) {
        Faults faults = Faults.NONE;
        if (binding.hasErrors()) {
            faults = Faults.of(binding, messages);
        } else {
            try {
                page.addAttribute("secret", keys.make(actor, wish(form)).secret());
            } catch (Problem refused) {
                faults = Faults.of(refused);
            }
        }
        if (faults.isEmpty()) {
            return keys(actor, Form.NEW, faults, page);
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return keys(actor, form, faults, page);
    }

    private static ChatKeys.Wish wish(Form form) {
        if (form.organisation() == null) {
            throw Problem.invalid("organisation", "chat.fault.organisation");
        }
        return new ChatKeys.Wish(
                new OrganisationId(form.organisation()),
                Objects.requireNonNull(form.name()),
                form.model() == null ? List.of() : List.of(new ModelId(form.model())),
                form.tokensPerDay() == null ? OptionalLong.empty() : OptionalLong.of(form.tokensPerDay()),
                form.requestsPerMinute() == null ? OptionalInt.empty() : OptionalInt.of(form.requestsPerMinute()),
                Duration.ofDays(Objects.requireNonNullElse(form.days(), DEFAULT_DAYS)));
    }

    @PostMapping("/chat/keys/{key}/revoke")
    String revoke(Actor actor, @PathVariable UUID key, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            keys.revoke(actor, key);
            Said.good(redirect, "chat.keys.revoked");
        });
        return "redirect:/chat/keys";
    }
}
