package org.aifactory.engine.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.Folders;
import org.aifactory.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a tokenizer as they are, so that what others made is written back with nothing lost.
 *
 * @param definition content of {@code tokenizer.json}
 * @param config content of {@code tokenizer_config.json}, with what older and newer forms keep in files of their own: the roles of
 *     tokens and the chat template
 */
@SuppressWarnings("ArrayRecordComponent") // Read once and never compared.
record TokenizerFiles(byte[] definition, ObjectNode config) {
    static final String DEFINITION = "tokenizer.json";
    static final String CONFIG = "tokenizer_config.json";

    private static final String ROLES = "special_tokens_map.json";
    private static final String TEMPLATE_FILE = "chat_template.jinja";
    private static final String TEMPLATE = "chat_template";
    private static final List<String> ROLE_NAMES = List.of("bos_token", "eos_token", "pad_token", "unk_token");
    private static final Pattern RESERVED = Pattern.compile("(?i)reserved|unused|special_\\d");
    private static final long LARGEST_FILE_BYTES = 256L << 20;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static TokenizerFiles read(Path folder) throws Refusal {
        if (!Files.isRegularFile(folder.resolve(DEFINITION))) {
            throw new Refusal(
                    Files.exists(folder.resolve("tokenizer.model"))
                            ? "it is a SentencePiece model (tokenizer.model) without a tokenizer.json"
                            : "there is no " + DEFINITION);
        }
        ObjectNode config = readObject(folder.resolve(CONFIG));
        ObjectNode roles = readObject(folder.resolve(ROLES));
        for (String role : ROLE_NAMES) {
            if (!config.hasNonNull(role) && roles.hasNonNull(role)) {
                config.set(role, roles.get(role));
            }
        }
        if (Files.exists(folder.resolve(TEMPLATE_FILE))) {
            config.put(TEMPLATE, new String(bytes(folder.resolve(TEMPLATE_FILE)), StandardCharsets.UTF_8));
        }
        return new TokenizerFiles(bytes(folder.resolve(DEFINITION)), config);
    }

    private static ObjectNode readObject(Path file) throws Refusal {
        if (!Files.exists(file)) {
            return MAPPER.createObjectNode();
        }
        try {
            if (MAPPER.readTree(bytes(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new Refusal(file.getFileName() + " does not hold a JSON object");
        } catch (JacksonException e) {
            throw new Refusal(file.getFileName() + " is not JSON (" + Reason.of(e) + ")");
        }
    }

    private static byte[] bytes(Path file) throws Refusal {
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new Refusal(file.getFileName() + " is larger than " + (LARGEST_FILE_BYTES >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Refusal(file.getFileName() + " cannot be read (" + Reason.of(e) + ")");
        }
    }

    void write(Path folder) {
        try {
            Folders.make(folder);
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(folder, e);
        }
        AtomicFile.write(folder.resolve(DEFINITION), definition);
        AtomicFile.write(
                folder.resolve(CONFIG), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
    }

    /** Text of the token in a role such as {@code eos_token}; written as a string or as an object with its content. */
    Optional<String> tokenFor(String role) {
        JsonNode token = config.path(role);
        return Optional.of(token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue);
    }

    Map<String, String> tokensByRole() {
        Map<String, String> tokens = new HashMap<>();
        ROLE_NAMES.forEach(role -> tokenFor(role).ifPresent(token -> tokens.put(role, token)));
        return tokens;
    }

    /** The template, or of several named ones the one called default. */
    Optional<String> chatTemplate() {
        JsonNode template = config.path(TEMPLATE);
        if (template.isString()) {
            return Optional.of(template.stringValue());
        }
        for (JsonNode named : template) {
            if (named.path("name").asString("").equals("default")) {
                return Optional.of(named.path("template").asString(""));
            }
        }
        return Optional.empty();
    }

    TokenizerFiles withChatTemplate(String template) {
        return new TokenizerFiles(definition, config.deepCopy().put(TEMPLATE, template));
    }

    /** See {@link Tokenizer#withSpecialTokens}; none of the names is a token yet. */
    Optional<TokenizerFiles> withSpecialTokens(List<String> names, int size, int sizeMax) {
        ObjectNode changed = (ObjectNode) MAPPER.readTree(definition);
        ObjectNode roles = config.deepCopy();
        int next = size;
        for (String name : names) {
            Optional<ObjectNode> reserved = reserved(changed);
            if (reserved.isEmpty() && next == sizeMax) {
                return Optional.empty();
            }
            ObjectNode token =
                    reserved.orElseGet(() -> changed.withArray("added_tokens").addObject());
            int id = token.path("id").asInt(next);
            next = Math.max(next, id + 1);
            rename(changed.path("model").path("vocab"), token.path("content").asString(""), name);
            token.put("id", id).setAll(TrainedFiles.flags(name));
            roles.withObject("added_tokens_decoder").set(Integer.toString(id), TrainedFiles.flags(name));
        }
        return Optional.of(new TokenizerFiles(MAPPER.writeValueAsBytes(changed), roles));
    }

    private static void rename(JsonNode vocabulary, String from, String to) {
        if (vocabulary instanceof ObjectNode words && words.has(from)) {
            words.set(to, words.remove(from));
        }
    }

    /** A token that its makers left for uses like this, as Llama 3, Mistral and Falcon3 have them. */
    private Optional<ObjectNode> reserved(ObjectNode tokenizer) {
        Set<String> inUse = Set.copyOf(tokensByRole().values());
        for (JsonNode token : tokenizer.path("added_tokens")) {
            String content = token.path("content").asString("");
            if (token instanceof ObjectNode found
                    && token.path("special").asBoolean(false)
                    && RESERVED.matcher(content).find()
                    && !inUse.contains(content)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
