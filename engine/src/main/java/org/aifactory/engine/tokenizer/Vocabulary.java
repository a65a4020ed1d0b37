package org.aifactory.engine.tokenizer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** All tokens of a tokenizer by id and by text: those of the model's vocabulary and those added beside it. */
final class Vocabulary {
    private static final byte[] NO_BYTES = {};

    /** Ids of the words text is made of, by their text in the {@link ByteAlphabet}; added tokens are not among them. */
    private final Map<String, Integer> words = new HashMap<>();

    private final Map<String, AddedToken> added = new HashMap<>();
    private final @Nullable String[] texts;
    private final byte[][] bytes;
    private final @Nullable AddedToken[] addedById;
    private final int[] byteIds = new int[256];

    /**
     * @param size one more than the highest id
     * @param model the model's own vocabulary: ids by text
     */
    Vocabulary(int size, Map<String, Integer> model, Collection<AddedToken> addedTokens) {
        texts = new String[size];
        bytes = new byte[size][];
        addedById = new AddedToken[size];
        model.forEach(this::addWord);
        addedTokens.forEach(this::addAdded);
        for (int value = 0; value < 256; value++) {
            byteIds[value] = words.getOrDefault(ByteAlphabet.text(new byte[] {(byte) value}), -1);
        }
    }

    private void addWord(String text, int id) {
        words.put(text, id);
        texts[id] = text;
        bytes[id] = ByteAlphabet.bytes(text);
    }

    private void addAdded(AddedToken token) {
        words.remove(token.content());
        added.put(token.content(), token);
        addedById[token.id()] = token;
        texts[token.id()] = token.content();
        bytes[token.id()] = Utf8.bytes(token.content());
    }

    int size() {
        return texts.length;
    }

    /** Id of a token by its text, added or not. */
    OptionalInt id(String text) {
        AddedToken token = added.get(text);
        if (token != null) {
            return OptionalInt.of(token.id());
        }
        Integer id = words.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Id of a word that text may be made of. */
    OptionalInt word(byte[] utf8, int from, int to) {
        Integer id = words.get(ByteAlphabet.text(utf8, from, to));
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Id of the token that is one byte, or -1. */
    int ofByte(byte value) {
        return byteIds[value & 0xFF];
    }

    /** Text of a token, empty where the id has none. */
    String text(int id) {
        String text = isId(id) ? texts[id] : null;
        return text == null ? "" : text;
    }

    /** Bytes of a token, none where the id has none; not to be changed. */
    byte[] bytes(int id) {
        byte[] found = isId(id) ? bytes[id] : null;
        return found == null ? NO_BYTES : found;
    }

    @Nullable
    AddedToken added(int id) {
        return isId(id) ? addedById[id] : null;
    }

    private boolean isId(int id) {
        return id >= 0 && id < texts.length;
    }
}
