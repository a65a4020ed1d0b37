package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes learned merges in the form of Llama 3's own files: bytes first, merges next, special tokens last and outside the
 * model's vocabulary. So transformers, vLLM and llama.cpp meet nothing they do not know from Llama 3, and since the model has no
 * word like {@code <|im_end|>}, no text can be merged into one.
 */
final class TrainedFiles {
    static final List<String> SPECIAL_TOKENS = List.of(Tokenizer.END_OF_TEXT, Tokenizer.TURN_START, Tokenizer.TURN_END);

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private TrainedFiles() {}

    static TokenizerFiles of(List<MergeLearner.Merge> merges) {
        List<String> texts = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            texts.add(ByteAlphabet.text(new byte[] {(byte) value}));
        }
        ArrayNode mergeTexts = MAPPER.createArrayNode();
        for (MergeLearner.Merge merge : merges) {
            String left = texts.get(merge.left());
            String right = texts.get(merge.right());
            mergeTexts.add(left + " " + right);
            texts.add(left + right);
        }
        return new TokenizerFiles(
                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(definition(texts, mergeTexts)),
                config(texts.size()));
    }

    private static ObjectNode definition(List<String> texts, ArrayNode merges) {
        ObjectNode definition = MAPPER.createObjectNode();
        definition.put("version", "1.0");
        definition.putNull("truncation");
        definition.putNull("padding");
        ArrayNode added = definition.putArray("added_tokens");
        for (String token : SPECIAL_TOKENS) {
            added.addObject().put("id", texts.size() + added.size() - 1).setAll(flags(token));
        }
        definition.putNull("normalizer");
        definition.set("pre_tokenizer", preTokenizer());
        definition.putNull("post_processor");
        definition.set("decoder", byteLevel());
        definition.set("model", model(texts, merges));
        return definition;
    }

    static ObjectNode flags(String token) {
        return MAPPER.createObjectNode()
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private static ObjectNode preTokenizer() {
        ObjectNode sequence = MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", LlamaSplitter.LLAMA_3.pattern());
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel());
        return sequence;
    }

    private static ObjectNode byteLevel() {
        return MAPPER.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false);
    }

    private static ObjectNode model(List<String> texts, ArrayNode merges) {
        ObjectNode model = MAPPER.createObjectNode().put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", true);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < texts.size(); id++) {
            vocabulary.put(texts.get(id), id);
        }
        model.set("merges", merges);
        return model;
    }

    private static ObjectNode config(int firstSpecial) {
        ObjectNode config = MAPPER.createObjectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("model_max_length", 1_000_000_000)
                .put("clean_up_tokenization_spaces", false)
                .put("add_bos_token", false)
                .put("add_eos_token", false)
                .put("bos_token", Tokenizer.END_OF_TEXT)
                .put("eos_token", Tokenizer.END_OF_TEXT)
                .put("pad_token", Tokenizer.END_OF_TEXT);
        ObjectNode added = config.putObject("added_tokens_decoder");
        for (int i = 0; i < SPECIAL_TOKENS.size(); i++) {
            added.set(Integer.toString(firstSpecial + i), flags(SPECIAL_TOKENS.get(i)));
        }
        return config;
    }
}
