package org.aifactory.engine.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;

/** The tokenizer of a model folder as GGUF metadata. */
final class GgufVocabulary {

    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    private static final String WORDS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String REST = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String BEFORE_CAPITALS = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

    /** llama.cpp knows the ways to cut text into words by name; Falcon3 cuts as Llama 3 does. */
    private static final Map<String, String> CUTS = Map.of(
            CONTRACTIONS + WORDS + "\\p{N}{1,3}|" + REST,
            "llama-bpe",
            CONTRACTIONS + WORDS + "\\p{N}|" + REST,
            "qwen2",
            BEFORE_CAPITALS + "*" + SMALL + "+|" + BEFORE_CAPITALS + "+" + SMALL
                    + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "tekken");

    private final HuggingFaceFolder folder;
    private final Tokenizer tokenizer;
    private final JsonFile definition;

    GgufVocabulary(HuggingFaceFolder folder) {
        this.folder = folder;
        this.tokenizer = folder.loadTokenizer();
        this.definition = JsonFile.read(folder.path().resolve("tokenizer.json"));
    }

    void putInto(GgufMetadata metadata) {
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < folder.config().vocabularySize(); id++) {
            String token = id < tokenizer.size() ? tokenizer.token(id) : "";
            tokens.add(token.isEmpty() ? "[PAD" + id + "]" : token);
            types.add(token.isEmpty() ? UNUSED : type(id));
        }
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", cut());
        metadata.putStrings("tokenizer.ggml.tokens", tokens);
        metadata.putInts("tokenizer.ggml.token_type", types);
        metadata.putStrings("tokenizer.ggml.merges", tokenizer.merges());
        putRoles(metadata);
        tokenizer.chatTemplate().ifPresent(template -> metadata.put("tokenizer.chat_template", template));
    }

    private int type(int id) {
        if (tokenizer.isSpecial(id)) {
            return CONTROL;
        }
        return tokenizer.isAdded(id) ? USER_DEFINED : NORMAL;
    }

    private String cut() {
        JsonNode steps = definition.root().path("pre_tokenizer").path("pretokenizers");
        JsonNode split = steps.path(0);
        JsonNode bytes = steps.path(1);
        String pattern = split.path("pattern").path("Regex").asString("");
        String name = CUTS.get(pattern);
        boolean simple = steps.size() == 2
                && !split.path("behavior").asString("").equals("Contiguous")
                && bytes.path("type").asString("").equals("ByteLevel")
                && !bytes.path("use_regex").asBoolean(true);
        if (name == null || !simple) {
            throw new EngineException(
                    Kind.MODEL,
                    "The tokenizer in " + folder.path()
                            + " cuts text into words in a way that llama.cpp does not know by a name"
                            + " known here (" + (pattern.isEmpty() ? "no single pattern" : pattern)
                            + "). Export models whose tokenizer cuts as Llama 3, Qwen3, Falcon3 or Mistral's Tekken do.");
        }
        return name;
    }

    private void putRoles(GgufMetadata metadata) {
        List<Integer> ends = new ArrayList<>(folder.generation().endIds());
        OptionalInt end = tokenizer.declaredEnd();
        if (end.isEmpty() && !ends.isEmpty()) {
            end = OptionalInt.of(ends.getFirst());
        }
        end.ifPresent(id -> {
            metadata.put("tokenizer.ggml.eos_token_id", id);
            ends.removeIf(other -> other == id);
        });
        OptionalInt begin = tokenizer.beginningOfText();
        begin.ifPresent(id -> metadata.put("tokenizer.ggml.bos_token_id", id));
        folder.generation().paddingId().ifPresent(id -> metadata.put("tokenizer.ggml.padding_token_id", id));
        // Further tokens that end a reply go where llama.cpp looks for the end of a turn and of a message.
        List<String> keys = List.of("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");
        for (int i = 0; i < Math.min(keys.size(), ends.size()); i++) {
            metadata.put(keys.get(i), ends.get(i));
        }
        metadata.put("tokenizer.ggml.add_bos_token", begin.isPresent() && beginsWith(begin.getAsInt()));
        metadata.put("tokenizer.ggml.add_eos_token", false);
    }

    /** Whether encoding a text puts this token first; what {@code tokenizer_config.json} says about it is often stale. */
    private boolean beginsWith(int id) {
        JsonNode processor = definition.root().path("post_processor");
        List<JsonNode> processors = new ArrayList<>(List.of(processor));
        processor.path("processors").forEach(processors::add);
        return processors.stream()
                .map(each -> each.path("single").path(0).path("SpecialToken").path("id"))
                .anyMatch(first -> first.asString("").equals(tokenizer.token(id)));
    }
}
