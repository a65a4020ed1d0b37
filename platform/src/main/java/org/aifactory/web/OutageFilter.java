package org.aifactory.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers for the platform while its database is away. Sessions and tokens are looked up before any controller is called, and every
 * page asks who looks at it, so the answer is made here, of nothing that the database would have to tell.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class OutageFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(OutageFilter.class);

    private final MessageSource messages;
    private final LocaleResolver locales;
    private final JsonMapper json;
    private final Outages outages;

    OutageFilter(MessageSource messages, LocaleResolver locales, JsonMapper json, Outages outages) {
        this.messages = messages;
        this.locales = locales;
        this.json = json;
        this.outages = outages;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException failure) {
            Optional<Problem> problem = outages.problem(failure);
            if (problem.isEmpty() || response.isCommitted()) {
                throw failure;
            }
            LOG.warn("Request {} {} failed: {}", request.getMethod(), request.getRequestURI(), failure.toString());
            answer(problem.get(), request, response);
        }
    }

    private void answer(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.reset();
        response.setStatus(problem.type().status().value());
        response.setHeader(HttpHeaders.RETRY_AFTER, ProblemAdvice.RETRY_AFTER_SECONDS);
        Locale language = locales.resolveLocale(request);
        String key = "problem." + problem.type().slug();
        String title = messages.getMessage(key + ".title", null, language);
        if (ProblemAdvice.isForPeople(request)) {
            write(response, MediaType.TEXT_HTML_VALUE, """
                    <!doctype html>
                    <html lang="%s"><head><meta charset="utf-8"><title>%s · AI Factory</title>
                    <link rel="stylesheet" href="/assets/aifactory.css"></head>
                    <body><main><h1>%s</h1><p>%s</p></main></body></html>
                    """.formatted(
                            language.getLanguage(),
                            HtmlUtils.htmlEscape(title),
                            HtmlUtils.htmlEscape(title),
                            HtmlUtils.htmlEscape(messages.getMessage(key + ".advice", null, language))));
            return;
        }
        ObjectNode details = json.createObjectNode()
                .put("type", "/docs/problems/" + problem.type().slug())
                .put("title", title)
                .put("status", problem.type().status().value())
                .put("detail", problem.message().in(language))
                .put("instance", request.getRequestURI());
        write(response, MediaType.APPLICATION_PROBLEM_JSON_VALUE, details.toString());
    }

    private static void write(HttpServletResponse response, String type, String body) throws IOException {
        response.setContentType(type);
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
}
