package org.aifactory.engine.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A refusal in OpenAI's form: a status, and an object that says in words and in a code what is wrong with which parameter. */
final class ApiError extends RuntimeException {
    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";
    private static final int TEXT_SHOWN = 100;

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String parameter;
    private final Map<String, String> headers;

    private ApiError(int status, String type, @Nullable String code, @Nullable String parameter, String message) {
        this(status, type, code, parameter, message, Map.of());
    }

    private ApiError(
            int status,
            String type,
            @Nullable String code,
            @Nullable String parameter,
            String message,
            Map<String, String> headers) {
        super(message, null, false, false);
        this.headers = headers;
        this.status = status;
        this.type = type;
        this.code = code;
        this.parameter = parameter;
    }

    /** Something in the request as a whole. */
    static ApiError invalid(String message) {
        return new ApiError(400, INVALID, null, null, message);
    }

    /** What is not HTTP, or more of it than a head may have. */
    static ApiError malformed(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> new ApiError(414, INVALID, null, null, "The address is too long.");
            case TooLongHttpHeaderException _ -> new ApiError(431, INVALID, null, null, "The headers are too long.");
            case null, default -> invalid("This is not a valid HTTP request.");
        };
    }

    static ApiError invalid(String parameter, String message) {
        return new ApiError(400, INVALID, "invalid_value", shown(parameter), message);
    }

    static ApiError unsupported(String parameter) {
        String name = shown(parameter);
        return new ApiError(
                400,
                INVALID,
                "unsupported_parameter",
                name,
                "This server does not support '" + name + "'; leave it out.");
    }

    static ApiError contextExceeded(String parameter, int context, int tokens) {
        return new ApiError(
                400,
                INVALID,
                "context_length_exceeded",
                parameter,
                "This model's maximum context length is " + context + " tokens, the answer included. However, your "
                        + parameter + " resulted in " + tokens + " tokens. Please shorten it.");
    }

    static ApiError wrongKey() {
        return new ApiError(
                401,
                INVALID,
                "invalid_api_key",
                null,
                "Give the API key of this server in the header 'Authorization: Bearer KEY'.",
                Map.of("WWW-Authenticate", "Bearer"));
    }

    static ApiError foreignOrigin() {
        return new ApiError(
                403,
                INVALID,
                "origin_not_allowed",
                null,
                "Web pages of other origins may not use a server that has no API key; start it with one.");
    }

    static ApiError unknownModel(String asked, String served) {
        return new ApiError(
                404,
                INVALID,
                "model_not_found",
                "model",
                "The model '" + shown(asked) + "' does not exist; this server has '" + served + "'.");
    }

    static ApiError unknownPath(String path) {
        return new ApiError(404, INVALID, "unknown_url", null, "There is nothing at " + shown(path) + ".");
    }

    static ApiError wrongMethod(String path, String allowed) {
        return new ApiError(
                405,
                INVALID,
                "method_not_supported",
                null,
                "Use " + allowed + " for " + path + ".",
                Map.of("Allow", allowed));
    }

    static ApiError tooLarge(int bytes) {
        return new ApiError(
                413, INVALID, "request_too_large", null, "A request may have at most " + bytes + " bytes; send less.");
    }

    static ApiError busy() {
        return new ApiError(
                429,
                "rate_limit_error",
                "engine_overloaded",
                null,
                "This server has as many requests as it can hold; try again in a moment.",
                Map.of("Retry-After", "1"));
    }

    static ApiError unexpected() {
        return new ApiError(500, SERVER, null, null, "Something unexpected went wrong while answering; try again.");
    }

    static ApiError unavailable(String message) {
        return new ApiError(503, SERVER, "unavailable", null, message);
    }

    static ApiError stopping() {
        return unavailable("This server is stopping.");
    }

    /** What the engine has to say against a request. */
    static ApiError of(EngineException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return refusal.kind() == Kind.RESOURCE ? unavailable(message) : invalid(message);
    }

    int status() {
        return status;
    }

    /** Headers that belong to the refusal. */
    Map<String, String> headers() {
        return headers;
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        json.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", parameter)
                .put("code", code);
        return json;
    }

    /** What a client has sent, as far as it can be repeated to it: short, and nothing but visible characters. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(TEXT_SHOWN)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c)
                .forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown + "…" : shown.toString();
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
