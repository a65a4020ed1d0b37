package org.aifactory.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Who is let in at the door. Everything needs a person signed in but what is named here; what the person may then see and do, each module
 * asks of the {@link Actor}.
 */
@Configuration
class Security {
    private static final Logger LOG = LoggerFactory.getLogger(Security.class);
    private static final String[] OPEN_PAGES = {
        "/",
        "/sign-in/**",
        "/sign-up",
        "/docs/**",
        "/error",
        "/assets/**",
        "/webjars/**",
        "/favicon.ico",
        "/invitations/**",
        "/first-administrator",
        "/example-people/**"
    };
    static final String[] OPEN_API = {
        "/api/sign-in",
        "/api/sign-in/providers",
        "/api/sign-up",
        "/api/first-administrator",
        "/api/example-people/*/token",
        "/v3/api-docs/**",
        "/actuator/health/**"
    };
    /** For administrators, by whatever they signed in. */
    private static final String OPERATIONS = "/actuator/**";
    /** What everybody may read; to change it somebody must be signed in. */
    static final String[] OPEN_READING = {
        "/api/factories/**",
        "/api/machines/**",
        "/api/partitions",
        "/api/partitions/*",
        "/api/access/modes",
        "/api/initiatives/**",
        "/api/exchange-rates",
        "/api/funds/**",
        "/api/funding/**",
        "/api/programme/**",
        "/api/calls",
        "/api/calls/*",
        "/programme",
        "/calls/*",
        "/factories/**",
        "/machines/**",
        "/partitions/*",
        "/observatory",
        "/observatory/rates",
        "/observatory/initiatives/*",
        "/funds",
        "/funds/*",
        "/funding",
        "/funding/funders/*",
        "/funding/factories/*"
    };

    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
                    + " object-src 'none'; form-action 'self'";

    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    /** Programs: by token alone, so that no other site can use a person's session. */
    @Bean
    @Order(1)
    SecurityFilterChain byToken(
            HttpSecurity http,
            ApiTokens tokens,
            ObjectProvider<KeyRing> rings,
            People people,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems)
            throws Exception {
        BearerTokenAuthenticationFilter filter = new BearerTokenAuthenticationFilter(
                new TokenSignIn(tokens, rings.orderedStream().toList()));
        filter.setAuthenticationEntryPoint((request, response, failure) -> refuse(problems, request, response));
        return http.securityMatcher(Security::isFromProgram)
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                // A session that comes along with another kind of authorization counts for nothing here, where no form
                // proves its page.
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(filter, AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> requests.requestMatchers(OPEN_API)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, OPEN_READING)
                        .permitAll()
                        .requestMatchers(OPERATIONS)
                        .access((who, what) -> new AuthorizationDecision(isAdministrator(people, who.get())))
                        .anyRequest()
                        .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                (request, response, failure) -> refuse(problems, request, response))
                        .accessDeniedHandler((request, response, failure) -> problems.resolveException(
                                request,
                                response,
                                null,
                                Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.administrator-sees"))))
                .build();
    }

    /** People: by session; pages use the same API, with the session's anti-forgery token. */
    @Bean
    @Order(2)
    SecurityFilterChain bySession(
            HttpSecurity http,
            ProviderRegistrations registrations,
            OpenIdSignIn openId,
            People people,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems)
            throws Exception {
        RequestMatcher api = Security::isApi;
        return http.csrf(csrf ->
                        csrf.ignoringRequestMatchers("/api/sign-in", "/api/sign-up", "/api/first-administrator"))
                .authorizeHttpRequests(requests -> requests.requestMatchers(OPEN_PAGES)
                        .permitAll()
                        .requestMatchers(OPEN_API)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, OPEN_READING)
                        .permitAll()
                        .requestMatchers(OPERATIONS)
                        .access((who, what) -> new AuthorizationDecision(isAdministrator(people, who.get())))
                        .anyRequest()
                        .authenticated())
                .formLogin(form -> form.loginPage("/sign-in")
                        .usernameParameter("email")
                        .defaultSuccessUrl("/")
                        .failureForwardUrl("/sign-in/failed")
                        .permitAll())
                .oauth2Login(providers -> providers
                        .loginPage("/sign-in")
                        .clientRegistrationRepository(registrations)
                        .authorizedClientRepository(new NoProviderTokens())
                        .authorizationEndpoint(start -> start.authorizationRequestResolver(openId))
                        .redirectionEndpoint(back -> back.baseUri(OpenIdSignIn.RETURN + "/*"))
                        .userInfoEndpoint(person -> person.oidcUserService(openId))
                        .defaultSuccessUrl("/")
                        .failureHandler(Security::explainRefusal)
                        .addObjectPostProcessor(explainingRefusals()))
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessHandler(signedOut(registrations)))
                .exceptionHandling(handling -> handling.defaultAuthenticationEntryPointFor(
                                (request, response, failure) -> refuse(problems, request, response), api)
                        .defaultAccessDeniedHandlerFor(
                                (request, response, failure) -> problems.resolveException(
                                        request,
                                        response,
                                        null,
                                        Problem.of(ProblemType.NOT_ALLOWED, "identity.refused.cookie")),
                                Security::isOfProgramsAlone)
                        // A first one alone would be taken for pages, too.
                        .defaultAccessDeniedHandlerFor(new AccessDeniedHandlerImpl(), AnyRequestMatcher.INSTANCE))
                .headers(headers -> headers.addHeaderWriter((request, response) ->
                        response.setHeader("Content-Security-Policy", contentSecurityPolicy(registrations))))
                .build();
    }

    /** Browsers hold redirects after a form to the policy as well, and ours lead to the providers and back. */
    private static String contentSecurityPolicy(ProviderRegistrations registrations) {
        return Stream.concat(Stream.of(CONTENT_SECURITY_POLICY), registrations.origins().stream())
                .collect(Collectors.joining(" "));
    }

    /** A provider that does not answer is met at the very start, too. */
    private static ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter> explainingRefusals() {
        return new ObjectPostProcessor<>() {
            @Override
            public <O extends OAuth2AuthorizationRequestRedirectFilter> O postProcess(O filter) {
                filter.setAuthenticationFailureHandler(Security::explainRefusal);
                return filter;
            }
        };
    }

    private static void explainRefusal(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        SignInRefusal refusal = SignInRefusal.of(failure);
        LOG.info("Signing in with a provider was refused: {} ({})", refusal.code(), failure.getMessage());
        response.sendRedirect(request.getContextPath() + "/sign-in?refused=" + refusal.code());
    }

    /** Who signed in with a provider signs out there as well, where it offers that and answers. */
    private static LogoutSuccessHandler signedOut(ProviderRegistrations registrations) {
        OidcClientInitiatedLogoutSuccessHandler there = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        there.setPostLogoutRedirectUri("{baseUrl}/");
        return (request, response, authentication) -> {
            try {
                there.onLogoutSuccess(request, response, authentication);
            } catch (OAuth2AuthenticationException away) {
                response.sendRedirect(request.getContextPath() + "/");
            }
        };
    }

    private static boolean isAdministrator(People people, @Nullable Authentication authentication) {
        return authentication != null
                && authentication.getPrincipal() instanceof SignedIn signedIn
                && people.actor(signedIn.person())
                        .filter(actor -> actor.has(Duty.ADMINISTRATOR))
                        .isPresent();
    }

    private static boolean isFromProgram(HttpServletRequest request) {
        return isApi(request) && (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getCookies() == null);
    }

    /** Nobody reads it as a page. */
    private static boolean isOfProgramsAlone(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/") || path.startsWith("/v1/");
    }

    private static boolean isApi(HttpServletRequest request) {
        String path = request.getRequestURI();
        return isOfProgramsAlone(request) || path.startsWith("/v3/") || path.startsWith("/actuator/");
    }

    private static void refuse(
            HandlerExceptionResolver problems, HttpServletRequest request, HttpServletResponse response) {
        String key = request.getHeader(HttpHeaders.AUTHORIZATION) == null
                ? "identity.refused.needs-token"
                : "identity.refused.token";
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        problems.resolveException(request, response, null, Problem.of(ProblemType.SIGN_IN_NEEDED, key));
    }
}
