package org.aifactory.identity;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.authorization.autoconfigure.servlet.OAuth2AuthorizationServerAutoConfiguration;
import org.springframework.boot.security.oauth2.server.authorization.autoconfigure.servlet.OAuth2AuthorizationServerJwtAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/**
 * An OpenID provider that believes everybody who they say they are. Its people are named
 * {@code SUBJECT EMAIL VERIFIED}; with {@code -} for an address it tells none.
 */
@TestConfiguration
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    SecurityAutoConfiguration.class,
    ServletWebSecurityAutoConfiguration.class,
    SecurityFilterAutoConfiguration.class,
    OAuth2AuthorizationServerAutoConfiguration.class,
    OAuth2AuthorizationServerJwtAutoConfiguration.class
})
class OpenIdProviderProgram {

    public static void main(String[] arguments) {
        String client = "spring.security.oauth2.authorizationserver.client.aifactory.";
        String registration = client + "registration.";
        String platform = arguments[1];
        new SpringApplicationBuilder(OpenIdProviderProgram.class)
                .properties(Map.of(
                        "server.port",
                        arguments[0],
                        "server.address",
                        "127.0.0.1",
                        // The platform's settings stand in the same class path under the usual name.
                        "spring.config.name",
                        "openid-provider",
                        client + "require-proof-key",
                        "true",
                        registration + "client-id",
                        "aifactory",
                        registration + "client-secret",
                        "{noop}" + OpenIdProvider.SECRET,
                        registration + "client-authentication-methods",
                        "client_secret_basic",
                        registration + "authorization-grant-types",
                        "authorization_code",
                        registration + "redirect-uris",
                        platform + "/sign-in/from/university",
                        registration + "scopes",
                        "openid,profile,email"))
                .properties(Map.of(registration + "post-logout-redirect-uris", platform + "/"))
                .run();
    }

    @Bean
    AuthenticationProvider everybody() {
        return new AuthenticationProvider() {
            @Override
            public Authentication authenticate(Authentication attempt) {
                // The token says when the person proved who they are.
                GrantedAuthority byPassword =
                        FactorGrantedAuthority.fromAuthority(FactorGrantedAuthority.PASSWORD_AUTHORITY);
                return UsernamePasswordAuthenticationToken.authenticated(attempt.getName(), null, List.of(byPassword));
            }

            @Override
            public boolean supports(Class<?> kind) {
                return UsernamePasswordAuthenticationToken.class.isAssignableFrom(kind);
            }
        };
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claims() {
        return token -> {
            if (token.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
                Authentication principal = token.getPrincipal();
                String[] person = Objects.requireNonNull(principal).getName().split(" ", -1);
                token.getClaims().subject(person[0]).claim("name", "Person " + person[0]);
                if (!person[1].equals("-")) {
                    token.getClaims().claim("email", person[1]).claim("email_verified", Boolean.valueOf(person[2]));
                }
            }
        };
    }
}
