package org.aifactory.portal;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.aifactory.identity.OrganisationKind;
import org.jspecify.annotations.Nullable;

/** What the page to sign up asks; an organisation is asked for where no invitation names one. */
record SignUpForm(
        @NotBlank @Email @Size(max = 200) @Nullable String email,
        @NotBlank @Size(max = 200) @Nullable String name,
        @NotBlank @Size(min = 10, max = 72) @Nullable String password,

        @NotBlank(groups = WithOrganisation.class) @Size(max = 200) @Nullable
        String organisation,

        @Nullable OrganisationKind kind,

        @NotBlank(groups = WithOrganisation.class) @Pattern(regexp = "[A-Z]{2}|") @Nullable
        String country,

        @Nullable @Size(max = 200) String invitation) {
    static final SignUpForm EMPTY = new SignUpForm(null, null, null, null, null, null, null);

    /** The rules for those who bring their own organisation. */
    interface WithOrganisation {}

    SignUpForm invited(String email, String code) {
        return new SignUpForm(email, name, password, organisation, kind, country, code);
    }

    public boolean isInvited() {
        return invitation != null && !invitation.isBlank();
    }
}
