package org.aifactory.portal;

import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.Organisations.OpenInvitation;
import org.aifactory.web.Said;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where the link of an invitation leads. */
@Controller
class InvitationPage {
    private final Organisations organisations;

    InvitationPage(Organisations organisations) {
        this.organisations = organisations;
    }

    @GetMapping("/invitations/{code}")
    String show(@PathVariable String code, Model model) {
        Optional<OpenInvitation> offer = organisations.invitation(code);
        model.addAttribute("code", code);
        model.addAttribute("offer", offer.orElse(null));
        return "portal/invitation";
    }

    /** Where somebody signs in on the way; the page asks for it and is shown again after that. */
    @GetMapping("/account/invitations/{code}")
    String afterSignIn(Actor actor, @PathVariable String code) {
        return "redirect:/invitations/" + code;
    }

    @PostMapping("/invitations/{code}")
    String accept(Actor actor, @PathVariable String code, RedirectAttributes redirect) {
        OrganisationId joined = organisations.accept(actor, code);
        Said.good(redirect, "portal.invitation.accepted");
        return "redirect:/organisations/" + joined;
    }
}
