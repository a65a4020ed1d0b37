package org.aifactory.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Signs in by an OpenID provider.
 *
 * <p>A provider's word on an e-mail address opens no account that exists: addresses of accounts here are not proven, so whoever
 * entered another's address first would share the account of its owner. Accounts are connected by who is signed in to both. The
 * wish to connect is a form with the session's anti-forgery token, so that no other site can utter it.
 */
@Component
class OpenIdSignIn implements OAuth2UserService<OidcUserRequest, OidcUser>, OAuth2AuthorizationRequestResolver {
    static final String START = "/sign-in/with";
    static final String RETURN = "/sign-in/from";

    private static final Logger LOG = LoggerFactory.getLogger(OpenIdSignIn.class);
    private static final String CONNECTS = "aifactory.connects";

    private final People people;
    private final OidcUserService provider = new OidcUserService();
    private final DefaultOAuth2AuthorizationRequestResolver start;

    OpenIdSignIn(People people, ProviderRegistrations registrations) {
        this.people = people;
        start = new DefaultOAuth2AuthorizationRequestResolver(registrations, START);
        start.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
        return remembering(request, start.resolve(request));
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String registration) {
        return remembering(request, start.resolve(request, registration));
    }

    /** A form posted by who is signed in wants the two accounts connected; a link wants to sign in. */
    private static @Nullable OAuth2AuthorizationRequest remembering(
            HttpServletRequest request, @Nullable OAuth2AuthorizationRequest beginning) {
        if (beginning != null) {
            HttpSession session = request.getSession();
            session.removeAttribute(CONNECTS);
            if (request.getMethod().equals("POST")) {
                signedIn().ifPresent(person -> session.setAttribute(CONNECTS, person.value()));
            }
        }
        return beginning;
    }

    @Override
    public OidcUser loadUser(OidcUserRequest answer) {
        OidcUser claims = provider.loadUser(answer);
        String issuer = String.valueOf(answer.getIdToken().getIssuer());
        Optional<PersonId> connecting = connecting();
        PersonId person = connecting.isPresent()
                ? connect(connecting.get(), issuer, claims)
                : people.known(issuer, subject(claims)).orElseGet(() -> join(issuer, claims));
        return new SignedIn.Elsewhere(person.value(), answer.getIdToken());
    }

    /** The specification demands one, and Spring has refused a token without. */
    private static String subject(OidcUser claims) {
        return Objects.requireNonNull(claims.getSubject());
    }

    private PersonId connect(PersonId person, String issuer, OidcUser claims) {
        if (!people.connect(person, issuer, subject(claims))) {
            throw SignInRefusal.CONNECTED_ELSEWHERE.exception();
        }
        return person;
    }

    private PersonId join(String issuer, OidcUser claims) {
        String email = claims.getEmail();
        if (email == null || !email.contains("@") || !isPlain(email)) {
            throw SignInRefusal.NO_ADDRESS.exception();
        }
        try {
            return people.join(issuer, subject(claims), email, name(claims, email));
        } catch (Problem taken) {
            LOG.info("{} offered an address that has an account", issuer);
            throw SignInRefusal.ADDRESS_HAS_ACCOUNT.exception();
        }
    }

    private static String name(OidcUser claims, String email) {
        for (String name : new String[] {claims.getFullName(), claims.getPreferredUsername()}) {
            if (name != null && !name.isBlank() && isPlain(name)) {
                return name;
            }
        }
        return email.substring(0, email.indexOf('@'));
    }

    private static boolean isPlain(String word) {
        return word.length() <= People.LONGEST_NAME && word.chars().noneMatch(Character::isISOControl);
    }

    /** Who began, in this session and not longer ago than this one sign-in, to connect their account. */
    private static Optional<PersonId> connecting() {
        HttpSession session =
                RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes request
                        ? request.getRequest().getSession(false)
                        : null;
        if (session == null) {
            return Optional.empty();
        }
        Object wish = session.getAttribute(CONNECTS);
        session.removeAttribute(CONNECTS);
        return signedIn().filter(person -> person.value().equals(wish));
    }

    private static Optional<PersonId> signedIn() {
        Authentication now = SecurityContextHolder.getContext().getAuthentication();
        return now != null && now.getPrincipal() instanceof SignedIn signedIn
                ? Optional.of(signedIn.person())
                : Optional.empty();
    }
}
