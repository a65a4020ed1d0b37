package org.aifactory.identity;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.stereotype.Component;

/**
 * What the providers say of themselves. Each is asked when somebody first signs in with it, not at the start, so that the platform
 * starts without them, and asked again until it answers.
 */
@Component
@EnableConfigurationProperties(SignInSettings.class)
class ProviderRegistrations implements ClientRegistrationRepository {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistrations.class);

    private final SignInSettings settings;
    private final Map<String, ClientRegistration> known = new ConcurrentHashMap<>();

    ProviderRegistrations(SignInSettings settings) {
        this.settings = settings;
    }

    @Override
    public @Nullable ClientRegistration findByRegistrationId(String id) {
        SignInSettings.Provider provider = settings.providers().get(id);
        if (provider == null) {
            return null;
        }
        ClientRegistration registration = known.get(id);
        if (registration == null) {
            // Two who ask at once both ask the provider; a lock would let one that does not answer stop everybody.
            registration = ask(id, provider);
            known.put(id, registration);
        }
        return registration;
    }

    private static ClientRegistration ask(String id, SignInSettings.Provider provider) {
        try {
            return ClientRegistrations.fromIssuerLocation(provider.issuer())
                    .registrationId(id)
                    .clientId(provider.clientId())
                    .clientSecret(provider.clientSecret())
                    .scope(provider.scopes())
                    .redirectUri("{baseUrl}" + OpenIdSignIn.RETURN + "/{registrationId}")
                    .build();
        } catch (RuntimeException failure) {
            LOG.warn("The OpenID provider {} does not answer", provider.issuer(), failure);
            throw new OAuth2AuthenticationException(new OAuth2Error(SignInRefusal.UNAVAILABLE.code()), failure);
        }
    }

    /** Where forms of our pages may lead: to sign in with a provider, and out of it. */
    Set<String> origins() {
        Set<String> origins = new TreeSet<>();
        settings.providers().values().forEach(provider -> origins.add(origin(provider.issuer())));
        for (ClientRegistration registration : known.values()) {
            Object start = registration.getProviderDetails().getAuthorizationUri();
            Object end =
                    registration.getProviderDetails().getConfigurationMetadata().get("end_session_endpoint");
            Stream.of(start, end).filter(Objects::nonNull).forEach(address -> origins.add(origin(address.toString())));
        }
        return origins;
    }

    private static String origin(String address) {
        URI uri = URI.create(address);
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
