package org.aifactory.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Who is let in at the door. Everything needs a person signed in but what is named here; what the person may then see and do, each module
 * asks of the {@link Actor}.
 */
@Configuration
class Security {
    private static final String[] OPEN_PAGES = {
        "/",
        "/sign-in",
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
    private static final String[] OPEN_API = {
        "/api/sign-in", "/api/sign-up", "/api/first-administrator", "/v3/api-docs/**", "/actuator/health/**"
    };
    /** What everybody may read; to change it somebody must be signed in. */
    private static final String[] OPEN_READING = {
        "/api/factories/**",
        "/api/machines/**",
        "/api/partitions",
        "/api/partitions/*",
        "/api/access/modes",
        "/factories/**",
        "/machines/**",
        "/partitions/*"
    };

    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
                    + " form-action 'self'; object-src 'none'";

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
            People people,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems)
            throws Exception {
        BearerTokenAuthenticationFilter filter = new BearerTokenAuthenticationFilter(new TokenSignIn(tokens));
        filter.setAuthenticationEntryPoint((request, response, failure) -> refuse(problems, request, response));
        return http.securityMatcher(Security::isFromProgram)
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(sessions -> sessions.disable())
                .addFilterBefore(filter, AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> requests.requestMatchers(OPEN_API)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, OPEN_READING)
                        .permitAll()
                        .requestMatchers("/actuator/**")
                        .access((who, what) -> new AuthorizationDecision(isAdministrator(people, who.get())))
                        .anyRequest()
                        .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                (request, response, failure) -> refuse(problems, request, response))
                        .accessDeniedHandler((request, response, failure) -> problems.resolveException(
                                request,
                                response,
                                null,
                                Problem.of(ProblemType.NOT_ALLOWED, "Only an administrator may see this."))))
                .build();
    }

    /** People: by session; pages use the same API, with the session's anti-forgery token. */
    @Bean
    @Order(2)
    SecurityFilterChain bySession(
            HttpSecurity http, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems)
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
                        .anyRequest()
                        .authenticated())
                .formLogin(form -> form.loginPage("/sign-in")
                        .usernameParameter("email")
                        .defaultSuccessUrl("/")
                        .failureUrl("/sign-in?failed")
                        .permitAll())
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl("/"))
                .exceptionHandling(handling -> handling.defaultAuthenticationEntryPointFor(
                        (request, response, failure) -> refuse(problems, request, response), api))
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_SECURITY_POLICY)))
                .build();
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

    private static boolean isApi(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/")
                || path.startsWith("/v1/")
                || path.startsWith("/v3/")
                || path.startsWith("/actuator/");
    }

    private static void refuse(
            HandlerExceptionResolver problems, HttpServletRequest request, HttpServletResponse response) {
        String sentence = request.getHeader(HttpHeaders.AUTHORIZATION) == null
                ? "This needs a token: make one on the page of your account or with `aifactory login`, and send it as Authorization: Bearer …"
                : "The token is unknown, expired or revoked; make a new one.";
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        problems.resolveException(request, response, null, Problem.of(ProblemType.SIGN_IN_NEEDED, sentence));
    }
}
