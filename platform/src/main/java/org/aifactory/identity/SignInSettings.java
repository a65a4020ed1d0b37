package org.aifactory.identity;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * With which OpenID providers people may sign in, beside a password here.
 *
 * @param providers by the word that stands in the addresses: {@code aifactory.sign-in.providers.university.issuer}
 */
@ConfigurationProperties("aifactory.sign-in")
record SignInSettings(@DefaultValue Map<String, Provider> providers) {
    private static final Pattern WORD = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    SignInSettings {
        for (String word : providers.keySet()) {
            if (!WORD.matcher(word).matches()) {
                throw new IllegalArgumentException(
                        "A provider is named by small letters, digits and hyphens, not " + word);
            }
        }
    }

    /**
     * A provider.
     *
     * @param issuer its address, under which {@code /.well-known/openid-configuration} says the rest
     * @param name what the button says; the word from the addresses where it is absent
     * @param scopes what is asked for
     */
    record Provider(
            String issuer,
            String clientId,
            String clientSecret,
            @Nullable String name,
            @DefaultValue({"openid", "profile", "email"}) Set<String> scopes) {
        private static final Set<String> THIS_COMPUTER = Set.of("127.0.0.1", "localhost", "[::1]");

        Provider {
            URI address = URI.create(issuer);
            boolean private_ = "https".equals(address.getScheme())
                    || ("http".equals(address.getScheme()) && THIS_COMPUTER.contains(address.getHost()));
            if (!private_) {
                throw new IllegalArgumentException("The issuer " + issuer
                        + " is not asked by https, so anybody on the way could sign in as anybody.");
            }
        }
    }
}
