package org.aifactory.chat;

import java.util.Optional;
import java.util.OptionalLong;

/** A refusal in the form of OpenAI's API, which its clients understand. */
final class OpenAiException extends RuntimeException {
    private static final String REQUEST = "invalid_request_error";

    private final int status;
    private final String type;
    private final String code;
    private final Optional<String> parameter;
    private final OptionalLong retryAfter;

    private OpenAiException(
            int status,
            String type,
            String code,
            Optional<String> parameter,
            OptionalLong retryAfter,
            String sentence) {
        super(sentence);
        this.status = status;
        this.type = type;
        this.code = code;
        this.parameter = parameter;
        this.retryAfter = retryAfter;
    }

    static OpenAiException of(int status, String type, String code, String sentence) {
        return new OpenAiException(status, type, code, Optional.empty(), OptionalLong.empty(), sentence);
    }

    static OpenAiException invalid(String parameter, String sentence) {
        return new OpenAiException(
                400, REQUEST, "invalid_value", Optional.of(parameter), OptionalLong.empty(), sentence);
    }

    static OpenAiException tooLarge(int mostBytes) {
        return of(413, REQUEST, "request_too_large", "A request has at most " + mostBytes + " bytes.");
    }

    /** The same for a model that there is not and for one that is not theirs. */
    static OpenAiException unknownModel(String name) {
        return new OpenAiException(
                404,
                REQUEST,
                "model_not_found",
                Optional.of("model"),
                OptionalLong.empty(),
                "The model '" + shown(name) + "' does not exist or you do not have access to it.");
    }

    static OpenAiException notStarted(String name) {
        return of(
                409,
                REQUEST,
                "model_not_started",
                "Nobody has started the chat with '" + name
                        + "' for your organisation, so no allocation pays for its answers; start it on the model's page or with"
                        + " POST /api/models/{id}/chat/start.");
    }

    static OpenAiException mayOnlyLook() {
        return of(
                403,
                REQUEST,
                "not_allowed",
                "Answers are paid for by an organisation's allocation; ask an owner of it for the role of a member.");
    }

    static OpenAiException tooFast(int perMinute, long secondsLeft) {
        return new OpenAiException(
                429,
                "requests",
                "rate_limit_exceeded",
                Optional.empty(),
                OptionalLong.of(secondsLeft),
                "This key may ask " + perMinute + " times a minute; ask again in " + secondsLeft + " s.");
    }

    static OpenAiException spent(long perDay, long left, long wanted) {
        return of(
                429,
                "insufficient_quota",
                "insufficient_quota",
                "This key has " + perDay + " tokens a day, of which " + left
                        + " are left today that no other question holds; this one" + " could take " + wanted
                        + ". Ask for fewer (max_tokens), or wait until midnight UTC.");
    }

    static OpenAiException busy() {
        return new OpenAiException(
                429,
                "requests",
                "engine_overloaded",
                Optional.empty(),
                OptionalLong.of(1),
                "Too many questions wait for this model; try again in a moment.");
    }

    static OpenAiException unavailable(String sentence) {
        return of(503, "server_error", "unavailable", sentence);
    }

    int status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    OptionalLong retryAfter() {
        return retryAfter;
    }

    OpenAiError error() {
        return new OpenAiError(sentence(), type, parameter.orElse(null), code);
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(100)
                .map(character ->
                        Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE
                                ? 0xFFFD
                                : character)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
