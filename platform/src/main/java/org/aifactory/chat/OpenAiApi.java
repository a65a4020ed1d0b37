package org.aifactory.chat;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.aifactory.chat.Question.Kind;
import org.aifactory.identity.Actor;
import org.aifactory.models.Model;
import org.aifactory.models.Models;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's API, for programs that know it: a model is called by its slug or its id. */
@RestController
class OpenAiApi {
    private final Completions completions;
    private final Models models;
    private final JsonMapper json;
    private final int mostBytes;

    OpenAiApi(Completions completions, Models models, JsonMapper json, ChatSettings settings) {
        this.completions = completions;
        this.models = models;
        this.json = json;
        this.mostBytes = Math.toIntExact(settings.largestQuestion().toBytes());
    }

    /**
     * A model, in OpenAI's words and vLLM's.
     *
     * @param created seconds since 1970
     * @param owned_by the organisation that made it
     * @param max_model_len tokens that it sees at once
     */
    @SuppressWarnings("MemberName")
    record Entry(String id, String object, long created, String owned_by, long max_model_len) {}

    record Entries(String object, List<Entry> data) {}

    @Operation(summary = "The models that you may ask")
    @GetMapping("/v1/models")
    Entries models(@Parameter(hidden = true) Optional<Actor> actor) {
        return new Entries(
                "list",
                completions.models(caller(actor)).stream().map(this::entry).toList());
    }

    @Operation(summary = "A model that you may ask, by its slug or its id")
    @GetMapping("/v1/models/{model}")
    Entry model(@Parameter(hidden = true) Optional<Actor> actor, @PathVariable String model) {
        return entry(completions.model(caller(actor), model));
    }

    private Entry entry(Model model) {
        var facts = models.facts(model.id());
        return new Entry(
                model.slug(),
                "model",
                model.registered().getEpochSecond(),
                facts.maker(),
                facts.shape().contextLength());
    }

    @Operation(
            summary = "The next turn of a conversation, as a whole or as a stream",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = ChatRequest.class))))
    @PostMapping("/v1/chat/completions")
    void chat(@Parameter(hidden = true) Optional<Actor> actor, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        completions.answer(caller(actor), Question.read(json, Kind.CHAT, body(request)), response);
    }

    @Operation(
            summary = "The continuation of a text, as a whole or as a stream",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = CompletionRequest.class))))
    @PostMapping("/v1/completions")
    void complete(
            @Parameter(hidden = true) Optional<Actor> actor, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        completions.answer(caller(actor), Question.read(json, Kind.COMPLETION, body(request)), response);
    }

    /** For the description alone; more of OpenAI's parameters are understood. */
    @SuppressWarnings({"MemberName", "UnusedVariable"})
    record ChatRequest(
            @Schema(description = "The slug or the id of a model", requiredMode = Schema.RequiredMode.REQUIRED)
            String model,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<ChatMessage> messages,

            boolean stream,
            double temperature,
            int max_tokens) {}

    /** For the description alone. */
    record ChatMessage(
            @Schema(example = "user", requiredMode = Schema.RequiredMode.REQUIRED)
            String role,

            @Schema(example = "What do you know?", requiredMode = Schema.RequiredMode.REQUIRED)
            String content) {}

    /** For the description alone; more of OpenAI's parameters are understood. */
    @SuppressWarnings({"MemberName", "UnusedVariable"})
    record CompletionRequest(
            @Schema(description = "The slug or the id of a model", requiredMode = Schema.RequiredMode.REQUIRED)
            String model,

            @Schema(example = "Once", requiredMode = Schema.RequiredMode.REQUIRED)
            String prompt,

            boolean stream,
            double temperature,
            int max_tokens) {}

    private byte[] body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > mostBytes) {
            throw OpenAiException.tooLarge(mostBytes);
        }
        byte[] bytes = request.getInputStream().readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
            throw OpenAiException.tooLarge(mostBytes);
        }
        return bytes;
    }

    private static Caller caller(Optional<Actor> actor) {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof KeyHolder(ChatKey key)) {
            return new Caller.Program(key);
        }
        return new Caller.Person(
                actor.orElseThrow(() -> Problem.of(ProblemType.SIGN_IN_NEEDED, "chat.refused.sign-in")));
    }
}
