package org.aifactory.engine.server;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which parameters of OpenAI's API, and of vLLM's additions to it, a request may have. */
final class Parameters {
    private static final Set<String> BOTH = Set.of(
            "model",
            "max_tokens",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "repetition_penalty",
            "seed",
            "n",
            "stop",
            "stream",
            "stream_options");

    static final Set<String> CHAT = with("messages", "max_completion_tokens");
    static final Set<String> COMPLETION = with(Prompts.FIELD);

    /** These change no answer, whatever they say. */
    private static final Set<String> HARMLESS = Set.of(
            "user",
            "metadata",
            "store",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "prediction",
            "parallel_tool_calls");

    /** These change no answer as long as they say one of the values listed. */
    private static final ObjectNode NEUTRAL = Json.read("""
            {
              "tools": [[]], "tool_choice": ["none", "auto"], "functions": [[]], "function_call": ["none", "auto"],
              "response_format": [{"type": "text"}], "modalities": [["text"]],
              "logprobs": [false], "top_logprobs": [0], "logit_bias": [{}],
              "presence_penalty": [0, 0.0], "frequency_penalty": [0, 0.0],
              "best_of": [1], "echo": [false], "suffix": [""],
              "ignore_eos": [false], "min_tokens": [0], "use_beam_search": [false], "skip_special_tokens": [true]
            }
            """.getBytes(java.nio.charset.StandardCharsets.UTF_8));

    private Parameters() {}

    private static Set<String> with(String... names) {
        Set<String> all = new HashSet<>(BOTH);
        all.addAll(Set.of(names));
        return Set.copyOf(all);
    }

    /** Refuses by name what would have to change the answer and does not. */
    static void refuseUnsupported(ObjectNode request, Set<String> supported) {
        request.forEachEntry((name, value) -> {
            if (!supported.contains(name) && !HARMLESS.contains(name) && !value.isNull() && !isNeutral(name, value)) {
                throw ApiError.unsupported(name);
            }
        });
    }

    private static boolean isNeutral(String name, JsonNode value) {
        return NEUTRAL.path(name).valueStream().anyMatch(value::equals);
    }
}
