package org.aifactory.identity;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** The OpenID providers that the platform accepts, for whoever shows a way to sign in. */
@Service
public class SignInProviders {
    private final List<SignInProvider> all;

    SignInProviders(SignInSettings settings) {
        all = settings.providers().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new SignInProvider(
                        entry.getKey(),
                        orElse(entry.getValue().name(), entry.getKey()),
                        OpenIdSignIn.START + "/" + entry.getKey()))
                .toList();
    }

    /**
     * A provider.
     *
     * @param name for people
     * @param href where signing in with it begins: a link. A form posted there by a person who is signed in connects the account
     *     with the provider's
     */
    public record SignInProvider(String id, String name, String href) {}

    public List<SignInProvider> all() {
        return all;
    }

    private static String orElse(@Nullable String name, String otherwise) {
        return name == null || name.isBlank() ? otherwise : name;
    }
}
