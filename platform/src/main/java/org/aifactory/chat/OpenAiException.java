package org.aifactory.chat;

import java.util.Optional;
import java.util.OptionalLong;
import org.aifactory.web.Message;

/** A refusal in the form of OpenAI's API, which its clients understand. */
final class OpenAiException extends RuntimeException {
    private static final String REQUEST = "invalid_request_error";

    private final int status;
    private final String type;
    private final String code;
    private final Optional<String> parameter;
    private final OptionalLong retryAfter;
    private final Message sentence;

    private OpenAiException(
            int status,
            String type,
            String code,
            Optional<String> parameter,
            OptionalLong retryAfter,
            Message sentence) {
        super(sentence.inEnglish());
        this.sentence = sentence;
        this.status = status;
        this.type = type;
        this.code = code;
        this.parameter = parameter;
        this.retryAfter = retryAfter;
    }

    /** @param key of a sentence in the message bundles, and what it is filled in with */
    static OpenAiException of(int status, String type, String code, String key, Object... arguments) {
        return of(status, type, code, Message.of(key, arguments));
    }

    static OpenAiException of(int status, String type, String code, Message sentence) {
        return new OpenAiException(status, type, code, Optional.empty(), OptionalLong.empty(), sentence);
    }

    static OpenAiException invalid(String parameter, String key) {
        return new OpenAiException(
                400, REQUEST, "invalid_value", Optional.of(parameter), OptionalLong.empty(), Message.of(key));
    }

    static OpenAiException tooLarge(int mostBytes) {
        return of(413, REQUEST, "request_too_large", "chat.refused.too-large", mostBytes);
    }

    /** The same for a model that there is not and for one that is not theirs. */
    static OpenAiException unknownModel(String name) {
        return new OpenAiException(
                404,
                REQUEST,
                "model_not_found",
                Optional.of("model"),
                OptionalLong.empty(),
                Message.of("chat.refused.unknown-model", shown(name)));
    }

    static OpenAiException notStarted(String name) {
        return of(409, REQUEST, "model_not_started", "chat.refused.not-started", name);
    }

    static OpenAiException mayOnlyLook() {
        return of(403, REQUEST, "not_allowed", "chat.refused.only-look");
    }

    static OpenAiException tooFast(int perMinute, long secondsLeft) {
        return new OpenAiException(
                429,
                "requests",
                "rate_limit_exceeded",
                Optional.empty(),
                OptionalLong.of(secondsLeft),
                Message.of("chat.refused.too-fast", perMinute, secondsLeft));
    }

    static OpenAiException spent(long perDay, long left, long wanted) {
        return of(429, "insufficient_quota", "insufficient_quota", "chat.refused.spent", perDay, left, wanted);
    }

    static OpenAiException busy() {
        return new OpenAiException(
                429,
                "requests",
                "engine_overloaded",
                Optional.empty(),
                OptionalLong.of(1),
                Message.of("chat.refused.busy"));
    }

    static OpenAiException unavailable(String key, Object... arguments) {
        return of(503, "server_error", "unavailable", key, arguments);
    }

    int status() {
        return status;
    }

    Message sentence() {
        return sentence;
    }

    OptionalLong retryAfter() {
        return retryAfter;
    }

    OpenAiError error() {
        return new OpenAiError(sentence.toString(), type, parameter.orElse(null), code);
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
