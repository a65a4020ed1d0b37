package org.aifactory.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refusals of requests that no controller sees: nothing that they are made of would have to be asked for. They have the same form as all
 * others: a page for people, problem details for programs, and below {@code /v1/} what OpenAI's clients read.
 */
@Component
class PlainAnswers {
    private static final String PROBLEMS = "/docs/problems/";

    private static final int BAD_REQUEST = 400;

    private final MessageSource messages;
    private final LocaleResolver locales;
    private final JsonMapper json;

    PlainAnswers(MessageSource messages, LocaleResolver locales, JsonMapper json) {
        this.messages = messages;
        this.locales = locales;
        this.json = json;
    }

    /** What is sent under a status. */
    record Answer(String contentType, String text) {}

    void send(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(problem.type().status().value());
        Answer answer = answer(
                problem.type(),
                problem.message().in(language(request)),
                problem.type().status().value(),
                request);
        response.setContentType(answer.contentType());
        response.getOutputStream().write(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    /** Where all that is known is a status. */
    Answer answer(int status, HttpServletRequest request) {
        ProblemType type = ProblemType.of(status);
        String sentence = status == BAD_REQUEST
                ? messages.getMessage("problem.unreadable", null, language(request))
                : say(type, "advice", language(request));
        return answer(type, sentence, status, request);
    }

    private Answer answer(ProblemType type, String sentence, int status, HttpServletRequest request) {
        if (ProblemAdvice.isForPeople(request)) {
            return new Answer("text/html;charset=UTF-8", page(type, language(request)));
        }
        return String.valueOf(request.getRequestURI()).startsWith("/v1/")
                ? new Answer(MediaType.APPLICATION_JSON_VALUE, error(type, sentence, status))
                : new Answer(MediaType.APPLICATION_PROBLEM_JSON_VALUE, details(type, sentence, status, request));
    }

    private String page(ProblemType type, Locale language) {
        String title = HtmlUtils.htmlEscape(say(type, "title", language));
        return """
                <!doctype html>
                <html lang="%s"><head><meta charset="utf-8"><title>%s · AI Factory</title>
                <link rel="stylesheet" href="/assets/aifactory.css"></head>
                <body><main><h1>%s</h1><p>%s</p></main></body></html>
                """.formatted(language.getLanguage(), title, title, HtmlUtils.htmlEscape(say(type, "advice", language)));
    }

    private String details(ProblemType type, String sentence, int status, HttpServletRequest request) {
        ObjectNode details = json.createObjectNode()
                .put("type", PROBLEMS + type.slug())
                .put("title", say(type, "title", language(request)))
                .put("status", status)
                .put("detail", sentence)
                .put("instance", request.getRequestURI());
        return details.toString();
    }

    private String error(ProblemType type, String sentence, int status) {
        ObjectNode error = json.createObjectNode();
        error.putObject("error")
                .put("message", sentence)
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .putNull("param")
                .put("code", type.slug().replace('-', '_'));
        return error.toString();
    }

    private String say(ProblemType type, String what, Locale language) {
        return messages.getMessage("problem." + type.slug() + "." + what, null, language);
    }

    private Locale language(HttpServletRequest request) {
        return locales.resolveLocale(request);
    }
}
