package org.aifactory.engine.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.weights.GenerationConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the two requests of OpenAI's API that ask for text. */
final class AskReader {
    /** What OpenAI's API grants a completion that names no length. */
    private static final int COMPLETION_TOKENS = 16;

    private static final int VARIANTS_MAX = 16;
    private static final int STOPS_MAX = 16;
    private static final int STOP_LENGTH_MAX = 1_000;

    private final LanguageModel model;
    private final String name;
    private final Limits limits;
    private final int context;

    AskReader(LanguageModel model, String name, Limits limits) {
        this.model = model;
        this.name = name;
        this.limits = limits;
        this.context = model.config().contextLength();
    }

    /** Reads a request for the next turn of a conversation. */
    Ask chat(byte[] body) {
        Fields fields = fields(body, Parameters.CHAT);
        ChatTemplate template = ChatTemplate.of(model.tokenizer());
        int[] prompt = template.prompt(Conversation.read(fields, limits.messages()));
        requireRoom("messages", prompt);
        Set<Integer> stopTokens = new HashSet<>(model.stopTokens());
        stopTokens.add(template.turnEnd());
        int maxTokens = fields.integer("max_tokens", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        maxTokens = fields.integer("max_completion_tokens", maxTokens, 1, Integer.MAX_VALUE);
        return ask(fields, List.of(prompt), maxTokens, stopTokens);
    }

    /** Reads a request for the continuation of texts. */
    Ask completion(byte[] body) {
        Fields fields = fields(body, Parameters.COMPLETION);
        List<int[]> prompts = new Prompts(model, limits.together()).read(fields);
        prompts.forEach(prompt -> requireRoom(Prompts.FIELD, prompt));
        int maxTokens = fields.integer("max_tokens", COMPLETION_TOKENS, 1, Integer.MAX_VALUE);
        return ask(fields, prompts, maxTokens, model.stopTokens());
    }

    private Fields fields(byte[] body, Set<String> supported) {
        ObjectNode object = Json.read(body);
        Parameters.refuseUnsupported(object, supported);
        Fields fields = new Fields(object, "");
        String asked = fields.text("model");
        if (asked != null && !asked.equals(name)) {
            throw ApiError.unknownModel(asked, name);
        }
        return fields;
    }

    private void requireRoom(String field, int[] prompt) {
        if (prompt.length >= context) {
            throw ApiError.contextExceeded(field, context, prompt.length);
        }
    }

    private Ask ask(Fields fields, List<int[]> prompts, int maxTokens, Set<Integer> stopTokens) {
        int variants = fields.integer("n", 1, 1, Math.min(VARIANTS_MAX, limits.together()));
        if (variants * prompts.size() > limits.together()) {
            throw ApiError.invalid(
                    "n", "One request may ask for at most " + limits.together() + " answers; ask for fewer at once.");
        }
        boolean isStream = fields.flag("stream");
        return new Ask(
                prompts,
                variants,
                maxTokens,
                sampling(fields),
                stopTokens,
                stops(fields),
                isStream,
                usage(fields, isStream));
    }

    /** Where the client says nothing, the model's own folder has the word; where that is silent, too, the likeliest token is taken. */
    private Sampling sampling(Fields fields) {
        GenerationConfig wishes = model.generation();
        boolean samples = wishes.temperature().isPresent()
                || wishes.topP().isPresent()
                || wishes.topK().isPresent();
        double temperature = wishes.temperature().orElse(samples ? 1 : 0);
        // OpenAI allows 0, the nucleus of the likeliest token alone.
        double topP =
                Math.max(Double.MIN_VALUE, fields.number("top_p", wishes.topP().orElse(1), 0, 1));
        // vLLM writes -1 where all tokens may be chosen.
        int topK = Math.max(0, fields.integer("top_k", wishes.topK().orElse(0), -1, Integer.MAX_VALUE));
        return Sampling.GREEDY
                .withTemperature(fields.number("temperature", temperature, 0, 2))
                .withTopP(topP)
                .withTopK(topK)
                .withMinP(fields.number("min_p", 0, 0, 1))
                .withRepetitionPenalty(fields.number("repetition_penalty", 1, 0.01, 100))
                .withSeed(fields.integer("seed", ThreadLocalRandom.current().nextLong()));
    }

    private static List<String> stops(Fields fields) {
        JsonNode node = fields.get("stop");
        if (node == null) {
            return List.of();
        }
        List<String> stops = new ArrayList<>();
        for (JsonNode stop : node.isArray() ? node : List.of(node)) {
            String string = stop.isString() ? stop.stringValue() : "";
            if (string.isEmpty() || string.length() > STOP_LENGTH_MAX || hasLoneSurrogate(string)) {
                throw fields.wrong(
                        "stop", "a string, or a list of strings, of 1 to " + STOP_LENGTH_MAX + " characters each");
            }
            stops.add(string);
        }
        if (stops.size() > STOPS_MAX) {
            throw fields.wrong("stop", "at most " + STOPS_MAX + " strings");
        }
        return stops;
    }

    private static boolean hasLoneSurrogate(String string) {
        return string.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    private static boolean usage(Fields fields, boolean isStream) {
        JsonNode options = fields.get("stream_options");
        if (options == null) {
            return false;
        }
        if (!isStream || !(options instanceof ObjectNode object)) {
            throw fields.wrong("stream_options", "an object, and only be given together with \"stream\": true");
        }
        return new Fields(object, "stream_options.").flag("include_usage");
    }
}
