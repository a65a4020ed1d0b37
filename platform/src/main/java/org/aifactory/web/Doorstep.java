package org.aifactory.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.error.BasicErrorController;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorViewResolver;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.web.filter.ForwardedHeaderFilter;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is turned away before a controller or the door's guard is asked, by the server, its filters and the firewall: answered in the
 * form of all other refusals.
 */
@Configuration(proxyBeanMethods = false)
class Doorstep {

    /** The server itself refuses what is no request, such as an address that is not UTF-8. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> refusalsOfTheServer(PlainAnswers answers) {
        return server -> server.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new Refusals(answers)));
    }

    private static final class Refusals extends ErrorReportValve {
        private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
        private static final int FIRST_REFUSAL = 400;

        private final PlainAnswers answers;

        Refusals(PlainAnswers answers) {
            this.answers = answers;
        }

        @Override
        protected void report(Request request, Response response, @Nullable Throwable failure) {
            if (response.getStatus() < FIRST_REFUSAL
                    || response.getContentWritten() > 0
                    || !response.setErrorReported()
                    || !mayWrite(response)) {
                return;
            }
            PlainAnswers.Answer answer = answers.answer(response.getStatus(), request);
            try {
                response.setContentType(answer.contentType());
                response.getOutputStream().write(answer.text().getBytes(StandardCharsets.UTF_8));
                response.finishResponse();
            } catch (IOException | IllegalStateException gone) {
                LOG.debug("Nobody waits for the answer any more", gone);
            }
        }

        private static boolean mayWrite(Response response) {
            AtomicBoolean allowed = new AtomicBoolean();
            response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
            return allowed.get();
        }
    }

    /** The firewall lets through no address that could mean two things. */
    @Bean
    RequestRejectedHandler refusalsOfTheFirewall(PlainAnswers answers) {
        return (request, response, rejected) ->
                answers.send(Problem.of(ProblemType.INVALID_REQUEST, "problem.unreadable.address"), request, response);
    }

    /** Headers of proxies come first of all, and whatever is wrong with them nothing after them can be asked. */
    @Bean
    FilterRegistrationBean<ForwardedHeaderFilter> headersOfProxies(PlainAnswers answers) {
        FilterRegistrationBean<ForwardedHeaderFilter> registration =
                new FilterRegistrationBean<>(new CheckedForwardedHeaders(answers));
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    private static final class CheckedForwardedHeaders extends ForwardedHeaderFilter {
        private static final String PREFIX = "X-Forwarded-Prefix";

        private final PlainAnswers answers;

        CheckedForwardedHeaders(PlainAnswers answers) {
            this.answers = answers;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (isReadable(request)) {
                super.doFilterInternal(request, response, chain);
            } else {
                answers.send(Problem.of(ProblemType.INVALID_REQUEST, "problem.unreadable.proxy"), request, response);
            }
        }

        private static boolean isReadable(HttpServletRequest request) {
            try {
                URI address = ForwardedHeaderUtils.adaptFromForwardedHeaders(
                                URI.create("http://localhost/"), new ServletServerHttpRequest(request).getHeaders())
                        .build()
                        .toUri();
                return address.isAbsolute()
                        && Collections.list(request.getHeaders(PREFIX)).stream()
                                .flatMap(prefixes -> List.of(prefixes.split(",", -1)).stream())
                                .allMatch(prefix -> URI.create(prefix.strip()).getScheme() == null);
            } catch (IllegalArgumentException | IllegalStateException unreadable) {
                return false;
            }
        }
    }

    /** The server would find out when somebody asks for a parameter, which may be as late as in the middle of a page. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> readableQueries(PlainAnswers answers) {
        FilterRegistrationBean<OncePerRequestFilter> registration =
                new FilterRegistrationBean<>(new ReadableQueries(answers));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    private static final class ReadableQueries extends OncePerRequestFilter {
        private final PlainAnswers answers;

        ReadableQueries(PlainAnswers answers) {
            this.answers = answers;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (isReadable(request.getQueryString())) {
                chain.doFilter(request, response);
            } else {
                answers.send(Problem.of(ProblemType.INVALID_REQUEST, "problem.unreadable.query"), request, response);
            }
        }

        private static boolean isReadable(@Nullable String query) {
            if (query == null) {
                return true;
            }
            try {
                byte[] bytes =
                        UriUtils.decode(query, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return true;
            } catch (IllegalArgumentException | CharacterCodingException unreadable) {
                return false;
            }
        }
    }

    /** What filters refuse with a status alone. */
    @Bean
    BasicErrorController refusalsWithoutWords(
            ErrorAttributes attributes,
            WebProperties settings,
            List<ErrorViewResolver> pages,
            PlainAnswers answers,
            JsonMapper json) {
        return new BasicErrorController(attributes, settings.getError(), pages) {
            @Override
            public ResponseEntity<Map<String, @Nullable Object>> error(HttpServletRequest request) {
                PlainAnswers.Answer answer = answers.answer(getStatus(request).value(), request);
                Map<String, @Nullable Object> details =
                        json.readerForMapOf(Object.class).readValue(answer.text());
                return ResponseEntity.status(getStatus(request))
                        .contentType(MediaType.parseMediaType(answer.contentType()))
                        .body(details);
            }
        };
    }
}
