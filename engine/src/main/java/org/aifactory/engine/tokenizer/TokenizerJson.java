package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.aifactory.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a {@code tokenizer.json} and refuses what is not byte-level BPE. */
final class TokenizerJson {
    /** More than fifteen times the largest vocabulary in use; a larger id is a mistake or an attack on memory. */
    private static final int HIGHEST_ID = (1 << 22) - 1;

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final JsonNode root;

    private TokenizerJson(JsonNode root) {
        this.root = root;
    }

    static TokenizerJson parse(byte[] json) throws Refusal {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new Refusal("tokenizer.json is not JSON (" + Reason.of(e) + ")");
        }
        TokenizerJson tokenizer = new TokenizerJson(root);
        tokenizer.checkModel();
        tokenizer.checkDecoder();
        return tokenizer;
    }

    private JsonNode model() {
        return root.path("model");
    }

    private void checkModel() throws Refusal {
        String type = model().path("type").asString(model().has("merges") ? "BPE" : "of no known kind");
        if (!type.equals("BPE")) {
            throw new Refusal("its model is " + type + ", not BPE");
        }
        if (model().path("byte_fallback").asBoolean(false)) {
            throw new Refusal("it is a SentencePiece tokenizer (byte_fallback), not a byte-level one");
        }
        if (!model().path("continuing_subword_prefix").asString("").isEmpty()
                || !model().path("end_of_word_suffix").asString("").isEmpty()) {
            throw new Refusal("it marks the beginnings or ends of words, which byte-level BPE does not");
        }
        if (model().path("dropout").asDouble(0) != 0) {
            throw new Refusal("it leaves out merges at random (dropout)");
        }
    }

    private void checkDecoder() throws Refusal {
        String type = root.path("decoder").path("type").asString("ByteLevel");
        if (!type.equals("ByteLevel")) {
            throw new Refusal("its decoder is " + type + ", not ByteLevel");
        }
    }

    /** Whether text is brought to Unicode's composed form (NFC) first; any other normalizer is refused. */
    boolean composes() throws Refusal {
        return composes(root.path("normalizer"));
    }

    private static boolean composes(JsonNode normalizer) throws Refusal {
        String type = normalizer.path("type").asString("");
        if (type.equals("Sequence")) {
            boolean composes = false;
            for (JsonNode each : normalizer.path("normalizers")) {
                composes |= composes(each);
            }
            return composes;
        }
        if (normalizer.isObject() && !type.equals("NFC")) {
            throw new Refusal("its normalizer " + type + " is not known; NFC is");
        }
        return normalizer.isObject();
    }

    WordSplitter splitter() throws Refusal {
        return PreTokenizerJson.read(root.path("pre_tokenizer"));
    }

    boolean wholeWordsFirst() {
        return model().path("ignore_merges").asBoolean(false);
    }

    List<AddedToken> addedTokens() throws Refusal {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asString("");
            if (content.isEmpty()) {
                throw new Refusal("an added token has no content");
            }
            boolean special = token.path("special").asBoolean(false);
            tokens.add(new AddedToken(
                    id(token.path("id"), content),
                    content,
                    token.path("single_word").asBoolean(false),
                    token.path("lstrip").asBoolean(false),
                    token.path("rstrip").asBoolean(false),
                    token.path("normalized").asBoolean(!special),
                    special));
        }
        return tokens;
    }

    Vocabulary vocabulary(List<AddedToken> added) throws Refusal {
        Map<String, Integer> model = new HashMap<>();
        Map<Integer, String> taken = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : model().path("vocab").properties()) {
            take(taken, id(entry.getValue(), entry.getKey()), entry.getKey());
            model.put(entry.getKey(), entry.getValue().asInt());
        }
        for (AddedToken token : added) {
            take(taken, token.id(), token.content());
            if (model.getOrDefault(token.content(), token.id()) != token.id()) {
                throw new Refusal("the token " + token.content() + " has two ids");
            }
        }
        int highest = taken.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        Vocabulary vocabulary = new Vocabulary(highest + 1, model, added);
        checkBytes(vocabulary);
        return vocabulary;
    }

    private static int id(JsonNode id, String text) throws Refusal {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0 || id.asInt() > HIGHEST_ID) {
            throw new Refusal("the token " + text + " has the id " + id + "; ids are from 0 to " + HIGHEST_ID);
        }
        return id.asInt();
    }

    private static void take(Map<Integer, String> taken, int id, String text) throws Refusal {
        String other = taken.putIfAbsent(id, text);
        if (other != null && !other.equals(text)) {
            throw new Refusal("the tokens " + other + " and " + text + " have the same id " + id);
        }
    }

    /** Every byte that UTF-8 can hold must be a token, or some text could not be encoded. */
    private static void checkBytes(Vocabulary vocabulary) throws Refusal {
        for (int value = 0; value < 0xF5; value++) {
            boolean inUtf8 = value != 0xC0 && value != 0xC1;
            if (inUtf8 && vocabulary.ofByte((byte) value) < 0) {
                throw new Refusal("its vocabulary has no token for the byte 0x%02X".formatted(value));
            }
        }
    }

    /** Ids of what the post-processor puts before a text, such as {@code <|begin_of_text|>}; what it puts behind ends a text. */
    int[] opening(Vocabulary vocabulary) throws Refusal {
        IntList ids = new IntList(1);
        addOpening(root.path("post_processor"), vocabulary, ids);
        return ids.toArray();
    }

    private static void addOpening(JsonNode processor, Vocabulary vocabulary, IntList ids) throws Refusal {
        for (JsonNode each : processor.path("processors")) {
            addOpening(each, vocabulary, ids);
        }
        for (JsonNode piece : processor.path("single")) {
            if (piece.has("Sequence")) {
                return;
            }
            String name = piece.path("SpecialToken").path("id").asString("");
            for (JsonNode id : processor.path("special_tokens").path(name).path("ids")) {
                if (!id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= vocabulary.size()) {
                    throw new Refusal(
                            "it begins texts with " + name + ", the token " + id + ", which its vocabulary lacks");
                }
                ids.add(id.asInt());
            }
        }
    }

    /** The pairs in order of rank, each as the texts of its two tokens; both forms, {@code "a b"} and {@code ["a", "b"]}, are read. */
    List<String[]> mergeTexts() throws Refusal {
        List<String[]> merges = new ArrayList<>();
        for (JsonNode merge : model().path("merges")) {
            String[] pair = merge.isArray()
                    ? new String[] {merge.path(0).asString(""), merge.path(1).asString("")}
                    : merge.asString("").split(" ", -1);
            if (pair.length != 2) {
                throw new Refusal("merge number " + (merges.size() + 1) + " is not a pair of tokens");
            }
            merges.add(pair);
        }
        return merges;
    }

    /** A merge that would make an added token is left out: text must not be able to make a control token. */
    Merges merges(Vocabulary vocabulary) throws Refusal {
        List<String[]> texts = mergeTexts();
        Merges merges = new Merges(texts.size());
        for (int rank = 0; rank < texts.size(); rank++) {
            String[] pair = texts.get(rank);
            int left = known(vocabulary, pair[0], rank);
            int right = known(vocabulary, pair[1], rank);
            int product = known(vocabulary, pair[0] + pair[1], rank);
            if (vocabulary.added(product) == null) {
                merges.put(left, right, rank, product);
            }
        }
        return merges;
    }

    private static int known(Vocabulary vocabulary, String text, int rank) throws Refusal {
        OptionalInt id = vocabulary.id(text);
        if (id.isEmpty()) {
            throw new Refusal(
                    "merge number " + (rank + 1) + " needs the token " + text + ", which its vocabulary lacks");
        }
        return id.getAsInt();
    }
}
