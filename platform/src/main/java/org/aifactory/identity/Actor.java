package org.aifactory.identity;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;

/**
 * The person who asks, and what they may do at this moment. Controllers take one as a parameter; modules ask it before they show or do
 * anything.
 */
public record Actor(PersonId person, String name, String email, Set<Duty> duties, List<Membership> memberships) {

    /** For whom the person acts, and as what. */
    public record Membership(OrganisationId organisation, String name, OrganisationKind kind, Role role) {}

    public boolean has(Duty duty) {
        return duties.contains(duty);
    }

    /** Whether the person may see what belongs to the organisation. */
    public boolean maySee(OrganisationId organisation) {
        return may(organisation, Role.VIEWER);
    }

    /** Whether the person may change what belongs to the organisation, and spend what it has. */
    public boolean mayChange(OrganisationId organisation) {
        return may(organisation, Role.MEMBER);
    }

    public boolean owns(OrganisationId organisation) {
        return may(organisation, Role.OWNER);
    }

    /** Whether the person works for the programme office. */
    public boolean isProgrammeOfficer() {
        return memberships.stream()
                .anyMatch(membership -> membership.kind() == OrganisationKind.PROGRAMME_OFFICE
                        && membership.role().covers(Role.MEMBER));
    }

    /** Whether the person works for some factory. */
    public boolean isOperator() {
        return memberships.stream()
                .anyMatch(membership -> membership.kind() == OrganisationKind.FACTORY
                        && membership.role().covers(Role.MEMBER));
    }

    /**
     * Ends the request of whoever may not see what belongs to the organisation.
     *
     * @param what the thing asked for, such as "run", and its name, for the sentence
     * @throws Problem that there is no such thing, where the person may not know of it
     */
    public void requireMaySee(OrganisationId organisation, String what, Object name) {
        if (!maySee(organisation)) {
            throw Problem.notFound(what, name);
        }
    }

    /**
     * Ends the request of whoever may not change what belongs to the organisation.
     *
     * @throws Problem that there is no such thing where the person may not know of it, and that it is not allowed where they may only look
     */
    public void requireMayChange(OrganisationId organisation, String what, Object name) {
        requireMaySee(organisation, what, name);
        if (!mayChange(organisation)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.only-look", Problem.thing(what));
        }
    }

    public Optional<Membership> membership(OrganisationId organisation) {
        return memberships.stream()
                .filter(membership -> membership.organisation().equals(organisation))
                .findFirst();
    }

    private boolean may(OrganisationId organisation, Role needed) {
        return membership(organisation)
                .filter(membership -> membership.role().covers(needed))
                .isPresent();
    }
}
