package org.aifactory.identity;

import java.util.Arrays;
import java.util.Locale;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;

/** Why signing in with a provider did not work; {@code identity.sign-in.refused.CODE} in the message bundles says it to people. */
enum SignInRefusal {
    /** The provider does not answer. */
    UNAVAILABLE,
    /** The provider, or the person there, said no; or what came back cannot be trusted. */
    DECLINED,
    /** The provider told no e-mail address. */
    NO_ADDRESS,
    /** Somebody has an account here with this address. Only who is signed in to that may connect it. */
    ADDRESS_HAS_ACCOUNT,
    /** What was to be connected belongs to another account. */
    CONNECTED_ELSEWHERE;

    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    OAuth2AuthenticationException exception() {
        return new OAuth2AuthenticationException(new OAuth2Error(code()));
    }

    /** Spring wraps what happens before the person is sent to the provider. */
    static SignInRefusal of(AuthenticationException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OAuth2AuthenticationException known) {
                String code = known.getError().getErrorCode();
                return Arrays.stream(values())
                        .filter(refusal -> refusal.code().equals(code))
                        .findFirst()
                        .orElse(DECLINED);
            }
        }
        return DECLINED;
    }
}
