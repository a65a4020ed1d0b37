package org.aifactory.portal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.OpenInvitation;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.SessionSignIn;
import org.aifactory.identity.SignInProviders;
import org.aifactory.web.Faults;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.WebAttributes;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing up and in. */
@Controller
class SignPages {
    private final People people;
    private final Organisations organisations;
    private final SessionSignIn sessions;
    private final SignInProviders providers;
    private final SmartValidator validator;
    private final MessageSource messages;

    SignPages(
            People people,
            Organisations organisations,
            SessionSignIn sessions,
            SignInProviders providers,
            SmartValidator validator,
            MessageSource messages) {
        this.people = people;
        this.organisations = organisations;
        this.sessions = sessions;
        this.providers = providers;
        this.validator = validator;
        this.messages = messages;
    }

    @GetMapping("/sign-in")
    String signIn(Optional<Actor> actor, @RequestParam(required = false) @Nullable String refused, Model model) {
        return actor.isPresent() && refused == null ? "redirect:/" : showSignIn("", Faults.NONE, refused, model);
    }

    /** @param refused why signing in with a provider did not work, in one word */
    private String showSignIn(String email, Faults faults, @Nullable String refused, Model model) {
        model.addAttribute("email", email);
        model.addAttribute("faults", faults);
        model.addAttribute(
                "refusal",
                refused == null
                        ? null
                        : messages.getMessage(
                                "identity.sign-in.refused." + refused, null, null, LocaleContextHolder.getLocale()));
        model.addAttribute("providers", providers.all());
        return "portal/sign-in";
    }

    /** Shows the page again where the password was wrong; the request is handed on from {@code POST /sign-in}. */
    @PostMapping("/sign-in/failed")
    String signInFailed(
            @RequestParam(defaultValue = "") String email,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        boolean isTooOften =
                request.getAttribute(WebAttributes.AUTHENTICATION_EXCEPTION) instanceof AuthenticationException failure
                        && failure.getCause() instanceof Problem problem
                        && problem.type() == ProblemType.TOO_MANY_ATTEMPTS;
        response.setStatus(
                isTooOften ? HttpStatus.TOO_MANY_REQUESTS.value() : HttpStatus.UNPROCESSABLE_CONTENT.value());
        Faults faults = Faults.at("password", say(isTooOften ? "portal.sign-in.too-often" : "portal.sign-in.wrong"));
        return showSignIn(email, faults, null, model);
    }

    @GetMapping("/sign-up")
    String signUp(@RequestParam(required = false) @Nullable String invitation, Model model) {
        Optional<OpenInvitation> open = Optional.ofNullable(invitation).flatMap(organisations::invitation);
        SignUpForm form = open.map(offer -> SignUpForm.EMPTY.invited(offer.email(), Objects.requireNonNull(invitation)))
                .orElse(SignUpForm.EMPTY);
        return show(form, Faults.NONE, model);
    }

    @PostMapping("/sign-up")
    String signUp(
            @ModelAttribute("form") SignUpForm form,
            BindingResult binding,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        validator.validate(form, binding);
        if (!form.isInvited()) {
            validator.validate(form, binding, SignUpForm.WithOrganisation.class);
        }
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                PersonId person = add(form);
                sessions.signIn(person, request, response);
                return form.isInvited() ? "redirect:/invitations/" + form.invitation() : "redirect:/";
            } catch (Problem refused) {
                faults = refused.type() == ProblemType.ALREADY_TAKEN
                        ? Faults.at("email", say("portal.sign-up.taken"))
                        : Faults.of(refused);
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return show(form, faults, model);
    }

    /** Whoever is invited joins on the page of the invitation, which is next. */
    private PersonId add(SignUpForm form) {
        return people.signUp(
                Objects.requireNonNull(form.email()),
                Objects.requireNonNull(form.name()),
                Objects.requireNonNull(form.password()),
                person -> founded(person, form));
    }

    private PersonId founded(PersonId person, SignUpForm form) {
        if (!form.isInvited()) {
            organisations.foundApplicant(
                    person,
                    Objects.requireNonNull(form.organisation()),
                    Objects.requireNonNullElse(form.kind(), OrganisationKind.COMPANY),
                    Objects.requireNonNull(form.country()));
        }
        return person;
    }

    private String show(SignUpForm form, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        model.addAttribute(
                "offer",
                form.isInvited()
                        ? organisations
                                .invitation(Objects.requireNonNull(form.invitation()))
                                .orElse(null)
                        : null);
        Choices.addOrganisationChoices(model, messages);
        return "portal/sign-up";
    }

    private String say(String key) {
        return messages.getMessage(key, null, LocaleContextHolder.getLocale());
    }
}
