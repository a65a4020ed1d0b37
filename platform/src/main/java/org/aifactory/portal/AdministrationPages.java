package org.aifactory.portal;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import java.util.UUID;
import org.aifactory.federation.Factories;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Appointments;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.PersonId;
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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What an administrator sets up: who does what for the platform, and the whole audit trail. */
@Controller
class AdministrationPages {
    private final Appointments appointments;
    private final Organisations organisations;
    private final Factories factories;
    private final AuditTrail audit;
    private final AuditLines lines;
    private final MessageSource messages;

    AdministrationPages(
            Appointments appointments,
            Organisations organisations,
            Factories factories,
            AuditTrail audit,
            AuditLines lines,
            MessageSource messages) {
        this.appointments = appointments;
        this.organisations = organisations;
        this.factories = factories;
        this.audit = audit;
        this.lines = lines;
        this.messages = messages;
    }

    record Appointment(
            @NotBlank @Email @Size(max = 200) @Nullable String email,
            @Nullable Duty duty) {}

    record Office(
            @NotBlank @Size(max = 200) @Nullable String office,

            @NotBlank @Pattern(regexp = "[A-Z]{2}|") @Nullable
            String country,

            @NotBlank @Email @Size(max = 200) @Nullable String owner) {
        static final Office EMPTY = new Office(null, null, null);
    }

    private static final Appointment NO_APPOINTMENT = new Appointment(null, Duty.REVIEWER);

    @GetMapping("/administration")
    String show(Actor actor, Model model) {
        return show(actor, NO_APPOINTMENT, Office.EMPTY, Faults.NONE, model);
    }

    private String show(Actor actor, Appointment appointment, Office office, Faults faults, Model model) {
        model.addAttribute("appointed", appointments.all(actor));
        model.addAttribute("offices", organisations.of(OrganisationKind.PROGRAMME_OFFICE));
        model.addAttribute("factories", factories.all());
        model.addAttribute("appointment", appointment);
        model.addAttribute("office", office);
        model.addAttribute("faults", faults);
        model.addAttribute("duties", Choices.duties(messages));
        model.addAttribute("countries", Choices.countries());
        return "portal/administration";
    }

    @PostMapping("/administration")
    String appoint(
            Actor actor,
            @Valid @ModelAttribute("appointment") Appointment appointment,
            BindingResult binding,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                appointments.appoint(
                        actor,
                        Objects.requireNonNull(appointment.email()),
                        Objects.requireNonNullElse(appointment.duty(), Duty.REVIEWER));
                Said.good(redirect, "portal.administration.appointed");
                return "redirect:/administration";
            } catch (Problem refused) {
                faults = noAccount(refused, "email");
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return show(actor, appointment, Office.EMPTY, faults, model);
    }

    @PostMapping("/administration/offices")
    String foundOffice(
            Actor actor,
            @Valid @ModelAttribute("office") Office office,
            BindingResult binding,
            HttpServletResponse response,
            RedirectAttributes redirect,
            Model model) {
        Faults faults = Faults.of(binding, messages);
        if (faults.isEmpty()) {
            try {
                appointments.foundOffice(
                        actor,
                        Objects.requireNonNull(office.office()),
                        Objects.requireNonNull(office.country()),
                        Objects.requireNonNull(office.owner()));
                Said.good(redirect, "portal.administration.office-made");
                return "redirect:/administration";
            } catch (Problem refused) {
                faults = noAccount(refused, "owner");
            }
        }
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return show(actor, NO_APPOINTMENT, office, faults, model);
    }

    private Faults noAccount(Problem refused, String field) {
        return refused.faults().isEmpty()
                ? Faults.of(refused)
                : Faults.at(
                        field,
                        messages.getMessage("portal.administration.no-account", null, LocaleContextHolder.getLocale()));
    }

    @PostMapping("/administration/{person}/dismiss")
    String dismiss(Actor actor, @PathVariable UUID person, @RequestParam Duty duty, RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            appointments.dismiss(actor, new PersonId(person), duty);
            Said.good(redirect, "portal.administration.dismissed");
        });
        return "redirect:/administration";
    }

    @GetMapping("/administration/audit")
    String audit(Actor actor, @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before, Model model) {
        lines.show(audit.all(actor, before, AuditLines.ON_A_PAGE), "/administration/audit", model);
        return "portal/audit";
    }
}
