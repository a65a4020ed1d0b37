package org.aifactory.chat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.aifactory.web.Message;
import org.aifactory.web.Outages;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Everything that goes wrong below {@code /v1/} is said in the form of OpenAI's API, also by the door. */
@Configuration
class OpenAiErrors implements WebMvcConfigurer, HandlerExceptionResolver {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiErrors.class);
    private static final String REQUEST = "invalid_request_error";

    private final JsonMapper json;
    private final Outages outages;

    OpenAiErrors(JsonMapper json, Outages outages) {
        this.json = json;
        this.outages = outages;
    }

    @Override
    public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        resolvers.addFirst(this);
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        if (!request.getRequestURI().startsWith("/v1/")) {
            return null;
        }
        if (!response.isCommitted()) {
            send(response, refusal(request, failure));
        }
        return new ModelAndView();
    }

    private OpenAiException refusal(HttpServletRequest request, Exception failure) {
        return switch (failure) {
            case OpenAiException refusal -> refusal;
            case Problem problem -> of(problem);
            case ErrorResponse known ->
                OpenAiException.of(
                        known.getStatusCode().value(),
                        REQUEST,
                        "invalid_request",
                        Message.written(String.valueOf(known.getBody().getDetail())));
            default -> outages.problem(failure).map(OpenAiErrors::of).orElseGet(() -> mistake(request, failure));
        };
    }

    private static OpenAiException mistake(HttpServletRequest request, Exception failure) {
        String number = UUID.randomUUID().toString();
        LOG.error("Request {} {} failed; number {}", request.getMethod(), request.getRequestURI(), number, failure);
        return OpenAiException.of(500, "server_error", "unexpected", "problem.mistake", number);
    }

    static OpenAiException of(Problem problem) {
        int status = problem.type().status().value();
        String code = problem.type().slug().replace('-', '_').toLowerCase(Locale.ROOT);
        return switch (problem.type()) {
            case SIGN_IN_NEEDED -> OpenAiException.of(status, REQUEST, "invalid_api_key", problem.message());
            case NOT_ENOUGH_LEFT ->
                OpenAiException.of(429, "insufficient_quota", "insufficient_quota", problem.message());
            case UNAVAILABLE, DISK_FULL, UNEXPECTED ->
                OpenAiException.of(status, "server_error", code, problem.message());
            case INVALID_REQUEST,
                    NOT_ALLOWED,
                    NOT_FOUND,
                    NOT_NOW,
                    ALREADY_TAKEN,
                    CHANGED_MEANWHILE,
                    TOO_LARGE,
                    CHECKSUM_DIFFERS,
                    AGAINST_RULES,
                    TOO_MANY_ATTEMPTS -> OpenAiException.of(status, REQUEST, code, problem.message());
        };
    }

    private void send(HttpServletResponse response, OpenAiException refusal) {
        try {
            response.setStatus(refusal.status());
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            refusal.retryAfter()
                    .ifPresent(seconds -> response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
            byte[] body = json.writeValueAsBytes(new OpenAiError.Body(refusal.error()));
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } catch (IOException gone) {
            LOG.debug("Whoever asked is gone", gone);
        }
    }
}
