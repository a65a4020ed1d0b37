package org.aifactory.portal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.FirstAdministrator;
import org.aifactory.identity.SessionSignIn;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where whoever starts the platform becomes its first administrator, by the code that was printed. */
@Controller
class FirstAdministratorPage {
    private final FirstAdministrator first;
    private final SessionSignIn sessions;
    private final SmartValidator validator;
    private final MessageSource messages;

    FirstAdministratorPage(
            FirstAdministrator first, SessionSignIn sessions, SmartValidator validator, MessageSource messages) {
        this.first = first;
        this.sessions = sessions;
        this.validator = validator;
        this.messages = messages;
    }

    /** All but the code is for whoever has no account yet. */
    record Wish(
            @NotBlank @Size(max = 200) @Nullable String code,

            @NotBlank(groups = New.class) @Size(max = 200) @Nullable
            String name,

            @NotBlank(groups = New.class) @Email(groups = New.class) @Size(max = 200) @Nullable
            String email,

            @NotBlank(groups = New.class) @Size(min = 10, max = 72, groups = New.class) @Nullable
            String password) {
        interface New {}
    }

    @GetMapping("/first-administrator")
    String show(@RequestParam(required = false) @Nullable String code, Model model) {
        return show(new Wish(code, null, null, null), Faults.NONE, model);
    }

    private String show(Wish form, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute("isOpen", first.code().isPresent());
        return "portal/first-administrator";
    }

    @PostMapping("/first-administrator")
    String become(
            Optional<Actor> actor,
            @ModelAttribute("form") Wish form,
            BindingResult binding,
            HttpServletRequest request,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        validator.validate(form, binding);
        if (actor.isEmpty()) {
            validator.validate(form, binding, Wish.New.class);
        }
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                become(actor, form, request, response);
                Said.good(redirect, "portal.first.done");
                return "redirect:/";
            } catch (Problem refused) {
                faults = switch (refused.type()) {
                    case NOT_ALLOWED -> Faults.at("code", say("portal.first.wrong"));
                    case ALREADY_TAKEN -> Faults.at("email", say("portal.sign-up.taken"));
                    default -> Faults.of(refused);
                };
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return show(form, faults, model);
    }

    private void become(Optional<Actor> actor, Wish form, HttpServletRequest request, HttpServletResponse response) {
        String code = Objects.requireNonNull(form.code());
        if (actor.isPresent()) {
            first.appoint(code, actor.get().person());
        } else {
            sessions.signIn(
                    first.signUp(
                            code,
                            Objects.requireNonNull(form.email()),
                            Objects.requireNonNull(form.name()),
                            Objects.requireNonNull(form.password())),
                    request,
                    response);
        }
    }

    private String say(String key) {
        return messages.getMessage(key, null, LocaleContextHolder.getLocale());
    }
}
