package org.aifactory.client.server;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.aifactory.client.terminal.Plain;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** An answer that is not what was asked for, told as the server's problem details (RFC 9457) have it. */
final class Refusal {
    private static final String PROBLEMS = "/docs/problems/";
    private static final String SIGNING_IN = "/api/sign-in";
    private static final int LONGEST_WORDS = 300;

    private Refusal() {}

    static ClientException of(
            URI server,
            String request,
            int status,
            String contentType,
            byte[] body,
            JsonMapper json,
            boolean tokenOfVariable) {
        if (contentType.contains("json")) {
            try {
                Reply reply = new Reply(json.readTree(body));
                if (reply.has("detail") || reply.has("title")) {
                    return problem(server, request, status, reply, tokenOfVariable);
                }
                if (reply.get("error").has("message")) {
                    return new ClientException(
                            ExitStatus.of(status, ""), reply.get("error").text("message"));
                }
            } catch (JacksonException other) {
                // Told below like everything else that is no problem.
            }
        }
        return stranger(server, request, status, body);
    }

    private static ClientException problem(
            URI server, String request, int status, Reply problem, boolean tokenOfVariable) {
        String type = problem.text("type");
        String slug = type.startsWith(PROBLEMS) ? type.substring(PROBLEMS.length()) : "";
        StringBuilder sentence = new StringBuilder(problem.text("title"));
        String detail = problem.text("detail");
        if (!detail.isEmpty()) {
            sentence.append(sentence.isEmpty() ? "" : ": ").append(detail);
        }
        List<Reply> errors = problem.list("errors");
        if (errors.size() > 1) {
            errors.forEach(error -> sentence.append("\n  ")
                    .append(error.text("field"))
                    .append(": ")
                    .append(error.text("message")));
        }
        if (status == 401 && request.endsWith(SIGNING_IN)) {
            return new ClientException(ExitStatus.of(status, slug), detail);
        }
        if (status == 401) {
            sentence.append(
                            tokenOfVariable
                                    ? "\nThe token is that of the variable AIFACTORY_TOKEN, which goes before what is saved."
                                            + " Replace it, or unset it and sign in with: ./aifactory login --server "
                                    : "\nSign in with: ./aifactory login --server ")
                    .append(server);
        }
        if (!slug.isEmpty()) {
            sentence.append("\nWhat to do: ").append(server).append(PROBLEMS).append(slug);
        }
        return new ClientException(ExitStatus.of(status, slug), sentence.toString());
    }

    private static ClientException stranger(URI server, String request, int status, byte[] body) {
        String words = Plain.line(new String(body, StandardCharsets.UTF_8)).strip();
        String quoted = words.isEmpty() || words.startsWith("<")
                ? ""
                : " (" + words.substring(0, Math.min(LONGEST_WORDS, words.length())) + ")";
        return new ClientException(
                ExitStatus.of(status, ""),
                server + " answered " + request + " with the status " + status + quoted
                        + " and not in the way of AI Factory; is the address right, and as new as this program?");
    }
}
