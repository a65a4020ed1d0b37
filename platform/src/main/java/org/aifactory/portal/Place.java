package org.aifactory.portal;

import java.util.Locale;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.jspecify.annotations.Nullable;

/** Where the navigation leads, and whom. Named by {@code frame.place.NAME} in the message bundle. */
enum Place {
    DATA("/data", Whom.APPLICANTS),
    ALLOCATIONS("/allocations", Whom.APPLICANTS),
    RUNS("/runs", Whom.APPLICANTS),
    MODELS("/models", Whom.APPLICANTS),
    CHAT("/chat", Whom.APPLICANTS),
    APPLICATIONS("/applications", Whom.THOSE_WHO_DECIDE),
    FACTORIES("/factories", Whom.EVERYBODY),
    PROGRAMME("/programme", Whom.EVERYBODY),
    REVIEW("/review", Whom.REVIEWERS),
    OBSERVATORY("/observatory", Whom.EVERYBODY),
    MODES("/docs/access", Whom.VISITORS),
    ADMINISTRATION("/administration", Whom.ADMINISTRATORS);

    private enum Whom {
        VISITORS,
        APPLICANTS,
        THOSE_WHO_DECIDE,
        REVIEWERS,
        EVERYBODY,
        ADMINISTRATORS
    }

    private final String path;
    private final Whom whom;

    Place(String path, Whom whom) {
        this.path = path;
        this.whom = whom;
    }

    public String path() {
        return path;
    }

    /** @param actor null where nobody is signed in */
    boolean isFor(@Nullable Actor actor) {
        return actor == null ? whom == Whom.EVERYBODY || whom == Whom.VISITORS : isForOneSignedIn(actor);
    }

    private boolean isForOneSignedIn(Actor actor) {
        return switch (whom) {
            case VISITORS -> false;
            case APPLICANTS ->
                actor.memberships().stream()
                        .anyMatch(membership -> membership.kind() != OrganisationKind.PROGRAMME_OFFICE);
            case THOSE_WHO_DECIDE ->
                actor.duties().stream().anyMatch(duty -> duty != Duty.ANALYST)
                        || actor.isProgrammeOfficer()
                        || actor.isOperator();
            case REVIEWERS -> actor.has(Duty.REVIEWER);
            case EVERYBODY -> true;
            case ADMINISTRATORS -> actor.has(Duty.ADMINISTRATOR);
        };
    }

    public String messageKey() {
        return "frame.place." + name().toLowerCase(Locale.ROOT);
    }

    /** Whether somebody who is on the page with this path is at the place. */
    boolean holds(String page, @Nullable Actor actor) {
        return isWithin(path, page)
                || switch (this) {
                    case ALLOCATIONS ->
                        isWithin("/apply", page) || (isWithin(APPLICATIONS.path, page) && !APPLICATIONS.isFor(actor));
                    case PROGRAMME ->
                        isWithin("/calls", page)
                                || isWithin("/proposals", page)
                                || isWithin("/panels", page)
                                || isWithin("/funding", page);
                    case FACTORIES -> isWithin("/partitions", page) || isWithin("/machines", page);
                    case OBSERVATORY -> isWithin("/funds", page);
                    default -> false;
                };
    }

    private static boolean isWithin(String place, String page) {
        return page.equals(place) || page.startsWith(place + "/");
    }
}
