package org.aifactory.portal;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.NewInvitation;
import org.aifactory.identity.Organisations.Organisation;
import org.aifactory.identity.PersonId;
import org.aifactory.identity.Role;
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
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** An organisation: who belongs to it, who is invited, and what was done. */
@Controller
class OrganisationPages {
    private final Organisations organisations;
    private final AuditLines lines;
    private final AuditTrail audit;
    private final MessageSource messages;

    OrganisationPages(Organisations organisations, AuditLines lines, AuditTrail audit, MessageSource messages) {
        this.organisations = organisations;
        this.lines = lines;
        this.audit = audit;
        this.messages = messages;
    }

    record NewOrganisation(
            @NotBlank @Size(max = 200) @Nullable String organisation,
            @Nullable OrganisationKind kind,

            @NotBlank @Pattern(regexp = "[A-Z]{2}|") @Nullable
            String country) {}

    @GetMapping("/organisations/new")
    String askForNew(Actor actor, Model model) {
        return showNew(new NewOrganisation(null, null, null), Faults.NONE, model);
    }

    @PostMapping("/organisations/new")
    String found(
            Actor actor,
            @Valid @ModelAttribute("form") NewOrganisation form,
            BindingResult binding,
            HttpServletResponse response,
            Model model) {
        if (binding.hasErrors()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showNew(form, Faults.of(binding, messages), model);
        }
        OrganisationId founded = organisations.foundApplicant(
                actor.person(),
                Objects.requireNonNull(form.organisation()),
                Objects.requireNonNullElse(form.kind(), OrganisationKind.COMPANY),
                Objects.requireNonNull(form.country()));
        return "redirect:/organisations/" + founded;
    }

    private String showNew(NewOrganisation form, Faults faults, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("faults", faults);
        Choices.addOrganisationChoices(model, messages);
        return "portal/organisation-new";
    }

    @GetMapping("/organisations/{organisation}")
    String show(Actor actor, @PathVariable UUID organisation, Model model) {
        return show(actor, new OrganisationId(organisation), new Invite(null, Role.MEMBER), Faults.NONE, model);
    }

    private String show(Actor actor, OrganisationId id, Invite invite, Faults faults, Model model) {
        Organisation organisation = seen(actor, id);
        model.addAttribute("organisation", organisation);
        model.addAttribute("country", Choices.nameOf(organisation.country(), LocaleContextHolder.getLocale()));
        model.addAttribute("owns", actor.owns(id));
        model.addAttribute("members", organisations.members(actor, id));
        model.addAttribute("invitations", actor.owns(id) ? organisations.invitations(actor, id) : List.of());
        model.addAttribute("roles", Choices.roles(messages));
        model.addAttribute("invite", invite);
        model.addAttribute("faults", faults);
        return "portal/organisation";
    }

    private Organisation seen(Actor actor, OrganisationId id) {
        actor.requireMaySee(id, "organisation", id);
        return organisations.find(id).orElseThrow(() -> Problem.notFound("organisation", id));
    }

    record Invite(
            @NotBlank @Email @Size(max = 200) @Nullable String email,
            @Nullable Role role) {}

    /** Shows the link of the invitation at once, because it is told only this once. */
    @PostMapping("/organisations/{organisation}")
    String invite(
            Actor actor,
            @PathVariable UUID organisation,
            @Valid @ModelAttribute("invite") Invite invite,
            BindingResult binding,
            HttpServletResponse response,
            Model model) {
        OrganisationId id = new OrganisationId(organisation);
        if (binding.hasErrors()) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return show(actor, id, invite, Faults.of(binding, messages), model);
        }
        NewInvitation made = organisations.invite(
                actor,
                id,
                Objects.requireNonNull(invite.email()),
                Objects.requireNonNullElse(invite.role(), Role.MEMBER));
        model.addAttribute("invited", made.invitation());
        model.addAttribute(
                "link",
                ServletUriComponentsBuilder.fromCurrentContextPath()
                        .path("/invitations/{code}")
                        .build(made.code())
                        .toString());
        return show(actor, id, new Invite(null, Role.MEMBER), Faults.NONE, model);
    }

    @PostMapping("/organisations/{organisation}/invitations/{invitation}/withdraw")
    String withdraw(
            Actor actor, @PathVariable UUID organisation, @PathVariable UUID invitation, RedirectAttributes redirect) {
        organisations.withdraw(actor, new OrganisationId(organisation), invitation);
        Said.good(redirect, "portal.organisation.withdrawn");
        return "redirect:/organisations/" + organisation;
    }

    @PostMapping("/organisations/{organisation}/members/{person}/role")
    String changeRole(
            Actor actor,
            @PathVariable UUID organisation,
            @PathVariable UUID person,
            @RequestParam Role role,
            RedirectAttributes redirect) {
        Said.orRefused(redirect, () -> {
            organisations.changeRole(actor, new OrganisationId(organisation), new PersonId(person), role);
            Said.good(redirect, "portal.organisation.role-changed");
        });
        return "redirect:/organisations/" + organisation;
    }

    @PostMapping("/organisations/{organisation}/members/{person}/remove")
    String remove(
            Actor actor, @PathVariable UUID organisation, @PathVariable UUID person, RedirectAttributes redirect) {
        try {
            organisations.remove(actor, new OrganisationId(organisation), new PersonId(person));
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            return "redirect:/organisations/" + organisation;
        }
        Said.good(redirect, "portal.organisation.removed");
        return actor.person().value().equals(person) ? "redirect:/account" : "redirect:/organisations/" + organisation;
    }

    @GetMapping("/organisations/{organisation}/audit")
    String audit(
            Actor actor,
            @PathVariable UUID organisation,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            Model model) {
        OrganisationId id = new OrganisationId(organisation);
        model.addAttribute("organisation", seen(actor, id));
        lines.show(audit.of(id, before, AuditLines.ON_A_PAGE), "/organisations/" + id + "/audit", model);
        return "portal/audit";
    }
}
