package org.aifactory.identity;

import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;

/** The person behind a request, looked up once for each. */
@Component
public class WhoAsks {
    private static final String ACTOR = Actor.class.getName();

    private final People people;

    WhoAsks(People people) {
        this.people = people;
    }

    /** Nobody where nobody is signed in, or whoever is has left. */
    public Optional<Actor> of(RequestAttributes request) {
        if (request.getAttribute(ACTOR, RequestAttributes.SCOPE_REQUEST) instanceof Actor known) {
            return Optional.of(known);
        }
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof SignedIn signedIn)) {
            return Optional.empty();
        }
        Optional<Actor> actor = people.actor(signedIn.person());
        actor.ifPresent(found -> request.setAttribute(ACTOR, found, RequestAttributes.SCOPE_REQUEST));
        return actor;
    }
}
