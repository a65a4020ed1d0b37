package org.aifactory.identity;

import java.io.Serializable;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * Who is signed in: all that a session keeps of a person. What they may do is asked of the database each time, so that it can change
 * meanwhile.
 */
sealed interface SignedIn extends Principal, Serializable {
    UUID id();

    default PersonId person() {
        return new PersonId(id());
    }

    @Override
    default String getName() {
        return id().toString();
    }

    /** By a password or a token of this platform. */
    record Here(UUID id) implements SignedIn {}

    /** By an OpenID provider, which is shown its token again when the person signs out there, too. */
    record Elsewhere(UUID id, OidcIdToken token) implements SignedIn, OidcUser {
        @Override
        public String getName() {
            return SignedIn.super.getName();
        }

        @Override
        public Map<String, Object> getClaims() {
            return token.getClaims();
        }

        @Override
        public Map<String, Object> getAttributes() {
            return token.getClaims();
        }

        @Override
        public @Nullable OidcUserInfo getUserInfo() {
            return null;
        }

        @Override
        public OidcIdToken getIdToken() {
            return token;
        }

        @Override
        public List<GrantedAuthority> getAuthorities() {
            return List.of();
        }
    }
}
