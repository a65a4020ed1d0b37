package org.aifactory.portal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.ApiTokens;
import org.aifactory.identity.Appointments;
import org.aifactory.identity.People;
import org.aifactory.identity.SignInProviders;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** A person's own account: tokens for programs, browsers that are signed in. */
@Controller
class AccountPages {
    private static final int DEFAULT_DAYS = 90;

    private final ApiTokens tokens;
    private final People people;
    private final SignInProviders providers;
    private final Appointments appointments;
    private final FindByIndexNameSessionRepository<? extends Session> sessions;
    private final MessageSource messages;

    AccountPages(
            ApiTokens tokens,
            People people,
            SignInProviders providers,
            Appointments appointments,
            FindByIndexNameSessionRepository<? extends Session> sessions,
            MessageSource messages) {
        this.tokens = tokens;
        this.people = people;
        this.providers = providers;
        this.appointments = appointments;
        this.sessions = sessions;
        this.messages = messages;
    }

    record NewToken(
            @NotBlank @Size(max = 100) @Nullable String name,
            @Min(1) @Max(366) @Nullable Integer days) {}

    /** A browser that is signed in. */
    record Browser(Instant since, Instant lastUsed, boolean isThis) {}

    @GetMapping("/account")
    String show(Actor actor, HttpServletRequest request, Model model) {
        return show(actor, new NewToken(null, DEFAULT_DAYS), Faults.NONE, request, model);
    }

    private String show(Actor actor, NewToken form, Faults faults, HttpServletRequest request, Model model) {
        model.addAttribute("actor", actor);
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("tokens", tokens.of(actor.person()));
        model.addAttribute("connections", people.connections(actor.person()));
        model.addAttribute("providers", providers.all());
        model.addAttribute("browsers", browsers(actor, request));
        return "portal/account";
    }

    private List<Browser> browsers(Actor actor, HttpServletRequest request) {
        HttpSession mine = request.getSession(false);
        return sessions.findByPrincipalName(actor.person().toString()).values().stream()
                .map(session -> new Browser(
                        session.getCreationTime(),
                        session.getLastAccessedTime(),
                        mine != null && session.getId().equals(mine.getId())))
                .sorted(Comparator.comparing(Browser::lastUsed).reversed())
                .toList();
    }

    /** Shows the token at once, because it is told only this once. */
    @PostMapping("/account")
    String makeToken(
            Actor actor,
            @Valid @ModelAttribute("form") NewToken form,
            BindingResult binding,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        if (binding.hasErrors()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(actor, form, Faults.of(binding, messages), request, model);
        }
        model.addAttribute(
                "made",
                tokens.make(
                        actor.person(),
                        Objects.requireNonNull(form.name()),
                        Duration.ofDays(Objects.requireNonNullElse(form.days(), DEFAULT_DAYS))));
        return show(actor, new NewToken(null, DEFAULT_DAYS), Faults.NONE, request, model);
    }

    @PostMapping("/account/tokens/{token}/revoke")
    String revoke(Actor actor, @PathVariable UUID token, RedirectAttributes redirect) {
        tokens.revoke(actor.person(), token);
        Said.good(redirect, "portal.account.revoked");
        return "redirect:/account";
    }

    /** Nothing of the account stays signed in. */
    @PostMapping("/account/leave")
    String leave(
            Actor actor,
            @RequestParam(defaultValue = "") String confirm,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        try {
            appointments.leave(actor, confirm);
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            Faults faults = refused.faults().isEmpty()
                    ? Faults.of(refused)
                    : Faults.at(
                            "confirm",
                            messages.getMessage("portal.account.leave.other", null, LocaleContextHolder.getLocale()));
            return show(actor, new NewToken(null, DEFAULT_DAYS), faults, request, model);
        }
        sessions.findByPrincipalName(actor.person().toString()).keySet().forEach(sessions::deleteById);
        return "redirect:/?left";
    }

    @PostMapping("/account/connections/{connection}/end")
    String disconnect(Actor actor, @PathVariable UUID connection, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            people.disconnect(actor.person(), connection);
            Said.good(redirect, "portal.account.disconnected");
        });
        return "redirect:/account";
    }

    @PostMapping("/account/sign-out-elsewhere")
    String signOutElsewhere(Actor actor, HttpServletRequest request, RedirectAttributes redirect) {
        HttpSession mine = request.getSession(false);
        sessions.findByPrincipalName(actor.person().toString()).keySet().stream()
                .filter(session -> mine == null || !session.equals(mine.getId()))
                .forEach(sessions::deleteById);
        Said.good(redirect, "portal.account.signed-out-elsewhere");
        return "redirect:/account";
    }
}
