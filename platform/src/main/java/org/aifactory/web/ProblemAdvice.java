package org.aifactory.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.MessageSource;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns what went wrong into problem details (RFC 9457) for programs, and into a page for people. */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    static final String RETRY_AFTER_SECONDS = "5";

    private final MessageSource messages;
    private final LocaleResolver locales;
    private final Outages outages;

    ProblemAdvice(MessageSource messages, LocaleResolver locales, Outages outages) {
        this.messages = messages;
        this.locales = locales;
        this.outages = outages;
    }

    @ExceptionHandler
    Object refused(Problem problem, HttpServletRequest request, HttpServletResponse response) {
        if (problem.type() == ProblemType.UNAVAILABLE || problem.type() == ProblemType.DISK_FULL) {
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return answer(details(problem, locales.resolveLocale(request)), request);
    }

    /** Whoever asked learns only that it was our mistake; the log has the rest under the same number. */
    @ExceptionHandler
    Object mistake(Exception failure, HttpServletRequest request, HttpServletResponse response) {
        Optional<Problem> known = outages.problem(failure);
        if (known.isPresent()) {
            LOG.warn("Request {} {} failed: {}", request.getMethod(), request.getRequestURI(), failure.toString());
            return refused(known.get(), request, response);
        }
        String number = java.util.UUID.randomUUID().toString();
        LOG.error("Request {} {} failed; number {}", request.getMethod(), request.getRequestURI(), number, failure);
        return refused(
                Problem.of(ProblemType.UNEXPECTED, "problem.mistake", number).with(Map.of("number", number)),
                request,
                response);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldFault> faults = failure.getBindingResult().getAllErrors().stream()
                .map(error -> new FieldFault(
                        error instanceof FieldError field ? field.getField() : error.getObjectName(), message(error)))
                .toList();
        return refused(Problem.invalid(faults), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldFault> faults = failure.getParameterValidationResults().stream()
                .flatMap(result -> result.getResolvableErrors().stream()
                        .map(error -> new FieldFault(
                                error instanceof FieldError field
                                        ? field.getField()
                                        : String.valueOf(
                                                result.getMethodParameter().getParameterName()),
                                message(error))))
                .toList();
        return refused(Problem.invalid(faults), request);
    }

    /** The validator speaks the reader's language already; of a value that is of another type Spring tells programmers. */
    private static Message message(MessageSourceResolvable error) {
        return error instanceof FieldError field && field.isBindingFailure()
                ? Message.of("typeMismatch")
                : Message.written(String.valueOf(error.getDefaultMessage()));
    }

    private @Nullable ResponseEntity<Object> refused(Problem problem, WebRequest request) {
        return handleExceptionInternal(
                problem,
                details(problem, language(request)),
                new HttpHeaders(),
                problem.type().status(),
                request);
    }

    private Locale language(WebRequest request) {
        return request instanceof ServletWebRequest servlet
                ? locales.resolveLocale(servlet.getRequest())
                : request.getLocale();
    }

    /** For people the server's own way to a page of failure is taken, which finds the details in the request. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ResponseEntity<Object> answer = super.handleExceptionInternal(failure, body, headers, status, request);
        if (answer != null
                && answer.getBody() instanceof ProblemDetail details
                && request instanceof ServletWebRequest servlet
                && isForPeople(servlet.getRequest())) {
            showPage(details, servlet);
            return null;
        }
        return answer;
    }

    /** What Spring itself refuses comes through here with a status and a sentence; it gets our type and title. */
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail details = body instanceof ProblemDetail known ? known : ProblemDetail.forStatus(status);
        ProblemType type = ProblemType.of(status.value());
        if (details.getType() == null || details.getType().toString().equals("about:blank")) {
            name(details, type, language(request));
        }
        if (request instanceof ServletWebRequest servlet) {
            instance(servlet.getRequest()).ifPresent(details::setInstance);
        }
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(details);
    }

    private static void showPage(ProblemDetail details, ServletWebRequest request) {
        request.getRequest().setAttribute("problem", details);
        try {
            Objects.requireNonNull(request.getResponse()).sendError(details.getStatus());
        } catch (IOException gone) {
            LOG.debug("Nobody waits for the page any more", gone);
        }
    }

    private ProblemDetail details(Problem problem, Locale locale) {
        ProblemDetail details = ProblemDetail.forStatusAndDetail(
                problem.type().status(), problem.message().in(locale));
        name(details, problem.type(), locale);
        if (!problem.faults().isEmpty()) {
            details.setProperty("errors", problem.faults());
        }
        problem.facts().forEach(details::setProperty);
        return details;
    }

    private void name(ProblemDetail details, ProblemType type, Locale locale) {
        details.setType(URI.create("/docs/problems/" + type.slug()));
        details.setTitle(messages.getMessage("problem." + type.slug() + ".title", null, locale));
    }

    private static Object answer(ProblemDetail details, HttpServletRequest request) {
        HttpStatusCode status = HttpStatusCode.valueOf(details.getStatus());
        if (isForPeople(request)) {
            return new ModelAndView("web/problem", Map.of("problem", details), status);
        }
        instance(request).ifPresent(details::setInstance);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(details);
    }

    /** Empty where the server takes for an address what Java does not, such as one with a bracket. */
    private static Optional<URI> instance(HttpServletRequest request) {
        try {
            return Optional.of(new URI(request.getRequestURI()));
        } catch (URISyntaxException other) {
            return Optional.empty();
        }
    }

    static boolean isForPeople(HttpServletRequest request) {
        String path = request.getRequestURI();
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return !path.startsWith("/api/")
                && !path.startsWith("/v1/")
                && accept != null
                && accept.contains(MediaType.TEXT_HTML_VALUE);
    }
}
