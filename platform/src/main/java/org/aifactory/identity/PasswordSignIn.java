package org.aifactory.identity;

import java.util.List;
import org.aifactory.web.Problem;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Signs in by the form of the sign-in page. */
@Component
class PasswordSignIn implements AuthenticationProvider {
    private final People people;

    PasswordSignIn(People people) {
        this.people = people;
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        try {
            PersonId person = people.signIn(attempt.getName(), String.valueOf(attempt.getCredentials()));
            return authenticated(person);
        } catch (Problem refused) {
            throw new BadCredentialsException(String.valueOf(refused.getMessage()), refused);
        }
    }

    static Authentication authenticated(PersonId person) {
        return UsernamePasswordAuthenticationToken.authenticated(new SignedIn.Here(person.value()), null, List.of());
    }

    @Override
    public boolean supports(Class<?> kind) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(kind);
    }
}
