package org.aifactory.examples;

import java.util.Optional;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.jspecify.annotations.Nullable;

/** Somebody whom one can be to try a role out. Nobody gets mail at example.org. */
enum ExamplePerson {
    FOUNDER("Aino Example", "founder", "Example Start-up", OrganisationKind.COMPANY, null),
    OPERATOR("Bruno Example", "factory operator", "Example Factory", OrganisationKind.FACTORY, null),
    REVIEWER("Clara Example", "reviewer", "Example University", OrganisationKind.RESEARCH, Duty.REVIEWER),
    OFFICER(
            "Dimitra Example",
            "programme officer",
            "Example Programme Office",
            OrganisationKind.PROGRAMME_OFFICE,
            null),
    EXPERT("Emil Example", "expert", "Example Institute", OrganisationKind.RESEARCH, Duty.EXPERT),
    ANALYST("Freja Example", "analyst", "Example Observatory", OrganisationKind.PUBLIC_BODY, Duty.ANALYST);

    final String fullName;
    private final String role;
    final String organisation;
    final OrganisationKind kind;
    private final @Nullable Duty duty;

    ExamplePerson(String fullName, String role, String organisation, OrganisationKind kind, @Nullable Duty duty) {
        this.fullName = fullName;
        this.role = role;
        this.organisation = organisation;
        this.kind = kind;
        this.duty = duty;
    }

    Optional<Duty> duty() {
        return Optional.ofNullable(duty);
    }

    String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** As whoever chooses among them reads it. */
    String nameWithRole() {
        return fullName + ", " + role;
    }

    String email() {
        return key() + "@example.org";
    }
}
