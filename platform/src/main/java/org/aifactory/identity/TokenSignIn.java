package org.aifactory.identity;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Signs in by what a program sends: a person's token, or a key that opens the part of the API that is asked for. */
final class TokenSignIn implements AuthenticationManagerResolver<HttpServletRequest> {
    private final ApiTokens tokens;
    private final List<KeyRing> rings;

    TokenSignIn(ApiTokens tokens, List<KeyRing> rings) {
        this.tokens = tokens;
        this.rings = List.copyOf(rings);
    }

    @Override
    public AuthenticationManager resolve(HttpServletRequest request) {
        String path = request.getRequestURI();
        return attempt -> authenticate(attempt, path);
    }

    private Authentication authenticate(Authentication attempt, String path) {
        if (attempt instanceof BearerTokenAuthenticationToken bearer) {
            String token = bearer.getToken();
            return tokens.holder(token)
                    .map(PasswordSignIn::authenticated)
                    .or(() -> keyHolder(token, path)
                            .map(holder -> UsernamePasswordAuthenticationToken.authenticated(holder, null, List.of())))
                    .orElseThrow(() -> new InvalidBearerTokenException("The token is unknown, expired or revoked."));
        }
        throw new IllegalArgumentException("Not a token: " + attempt);
    }

    private Optional<? extends Principal> keyHolder(String key, String path) {
        return rings.stream()
                .filter(ring -> key.startsWith(ring.prefix()) && path.startsWith(ring.opens()))
                .findFirst()
                .flatMap(ring -> ring.holder(key));
    }
}
