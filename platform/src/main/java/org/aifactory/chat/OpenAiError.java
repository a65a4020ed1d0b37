package org.aifactory.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** What OpenAI's clients find under {@code error}. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record OpenAiError(
        String message,
        String type,
        @Nullable String param,
        @Nullable String code) {

    /** The body of a refusal. */
    record Body(OpenAiError error) {}
}
