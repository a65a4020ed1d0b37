package org.aifactory.identity;

import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Signs in by the token that a program sends. */
final class TokenSignIn implements AuthenticationManager {
    private final ApiTokens tokens;

    TokenSignIn(ApiTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        if (attempt instanceof BearerTokenAuthenticationToken bearer) {
            return tokens.holder(bearer.getToken())
                    .map(PasswordSignIn::authenticated)
                    .orElseThrow(() -> new InvalidBearerTokenException("The token is unknown, expired or revoked."));
        }
        throw new IllegalArgumentException("Not a token: " + attempt);
    }
}
