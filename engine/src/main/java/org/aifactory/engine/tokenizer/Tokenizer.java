package org.aifactory.engine.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/**
 * Text to token ids and back by byte-level BPE. Ids are 0 to {@link #size()} - 1. Immutable, and safe for use by any number of
 * threads; encode documents in parallel to use all cores.
 */
public final class Tokenizer {
    /** Ends a document in our own models; also fills up batches. */
    public static final String END_OF_TEXT = "<|endoftext|>";
    /** Begins a turn of a conversation in our own models (ChatML). */
    public static final String TURN_START = "<|im_start|>";
    /** Ends a turn of a conversation in our own models (ChatML). */
    public static final String TURN_END = "<|im_end|>";

    /** Of these the first that a foreign tokenizer has ends its documents; its declared end may be that of a turn. */
    private static final List<String> DOCUMENT_ENDS = List.of(END_OF_TEXT, "<|end_of_text|>");

    private final TokenizerFiles files;
    private final Vocabulary vocabulary;
    private final WordSplitter splitter;
    private final boolean composes;
    private final WordEncoder encoder;
    private final AddedTokenFinder beforeNormalizing;
    private final AddedTokenFinder afterNormalizing;
    private final int[] opening;

    private Tokenizer(TokenizerFiles files) throws Refusal {
        TokenizerJson json = TokenizerJson.parse(files.definition());
        List<AddedToken> added = json.addedTokens();
        this.files = files;
        vocabulary = json.vocabulary(added);
        composes = json.composes();
        splitter = json.splitter();
        encoder = new WordEncoder(vocabulary, json.merges(vocabulary), json.wholeWordsFirst());
        beforeNormalizing = new AddedTokenFinder(
                added.stream().filter(token -> !token.normalized()).toList(), UnaryOperator.identity());
        afterNormalizing = new AddedTokenFinder(
                added.stream().filter(AddedToken::normalized).toList(), this::normalized);
        opening = json.opening(vocabulary);
    }

    private Tokenizer(Tokenizer other, TokenizerFiles files) {
        this.files = files;
        vocabulary = other.vocabulary;
        splitter = other.splitter;
        composes = other.composes;
        encoder = other.encoder;
        beforeNormalizing = other.beforeNormalizing;
        afterNormalizing = other.afterNormalizing;
        opening = other.opening;
    }

    /**
     * Reads {@code tokenizer.json}, {@code tokenizer_config.json} and the files beside them.
     *
     * @throws EngineException of kind MODEL, with the reason, when there is none or it is not a byte-level BPE
     */
    public static Tokenizer load(Path folder) {
        try {
            return new Tokenizer(TokenizerFiles.read(folder));
        } catch (Refusal refusal) {
            throw new EngineException(
                    Kind.MODEL,
                    "The tokenizer in " + folder + " cannot be used: " + refusal.getMessage()
                            + ". Use a model with a byte-level BPE tokenizer, such as Llama 3, Qwen3, Falcon3 or a newer Mistral.",
                    refusal);
        }
    }

    static Tokenizer of(TokenizerFiles files) {
        try {
            return new Tokenizer(files);
        } catch (Refusal refusal) {
            throw new IllegalStateException("a tokenizer of our own was refused", refusal);
        }
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into a folder, which is made where it is missing.
     *
     * @throws EngineException of kind RESOURCE when that fails
     */
    public void save(Path folder) {
        files.write(folder);
    }

    /** One more than the highest id, added tokens included. */
    public int size() {
        return vocabulary.size();
    }

    /**
     * Ids of a text. The names of special tokens in it are text like any other, so that no text can make a control token; a
     * surrogate without its partner counts as U+FFFD. No token for the beginning or the end is put in.
     */
    public int[] encode(String text) {
        IntList ids = idsFor(text);
        encodeWords(normalized(text), ids);
        return ids.toArray();
    }

    /**
     * Ids of a text that a model is to continue: as {@link #encode}, after the tokens that the tokenizer puts before every text, such
     * as Llama 3's {@code <|begin_of_text|>}. Our own tokenizers put none.
     */
    public int[] encodePrompt(String text) {
        IntList ids = idsFor(text);
        ids.addAll(opening);
        encodeWords(normalized(text), ids);
        return ids.toArray();
    }

    /** Ids of a text of our own making in which the names of added tokens stand for them. */
    public int[] encodeWithSpecialTokens(String text) {
        return encodeWithSpecialTokens(text, new BitSet());
    }

    /**
     * Ids of a text of which people said parts, such as a rendered chat template. The names of added tokens stand for them, but
     * nothing of what people said can be part of such a name.
     *
     * @param said for each {@code char} of the text, whether people said it
     */
    public int[] encodeWithSpecialTokens(String text, BitSet said) {
        IntList ids = idsFor(text);
        beforeNormalizing.find(text, said, new AddedTokenFinder.Parts() {
            @Override
            public void text(int from, int to) {
                encodeNormalized(new SpokenText(text, said).part(from, to), ids);
            }

            @Override
            public void token(AddedToken token) {
                ids.add(token.id());
            }
        });
        return ids.toArray();
    }

    private void encodeNormalized(SpokenText raw, IntList ids) {
        if (afterNormalizing.findsNothing()) {
            encodeWords(normalized(raw.text()), ids);
            return;
        }
        SpokenText spoken = composes ? raw.composed() : raw;
        afterNormalizing.find(spoken.text(), spoken.said(), new AddedTokenFinder.Parts() {
            @Override
            public void text(int from, int to) {
                encodeWords(normalized(spoken.text().substring(from, to)), ids);
            }

            @Override
            public void token(AddedToken token) {
                ids.add(token.id());
            }
        });
    }

    private static IntList idsFor(String text) {
        return new IntList(text.length() / 3);
    }

    private String normalized(String text) {
        return composes ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    }

    private void encodeWords(String text, IntList ids) {
        splitter.split(text, (utf8, from, to) -> encoder.encode(utf8, from, to, ids));
    }

    /** The bytes a token stands for, which need not be whole characters; none for an id without a token. */
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    /** Text of the tokens, special ones left out; bytes that are not UTF-8 become U+FFFD. */
    public String decode(int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            if (!isSpecial(id)) {
                bytes.writeBytes(vocabulary.bytes(id));
            }
        }
        return Utf8.text(bytes.toByteArray());
    }

    TokenizerFiles files() {
        return files;
    }

    /** A decoder for tokens that come one by one. */
    public StreamingDecoder streamingDecoder() {
        return new StreamingDecoder(this);
    }

    /** Id of a token by its text as {@code tokenizer.json} writes it, such as {@code <|im_end|>} or {@code Ġthe}. */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /** Text of a token as {@code tokenizer.json} writes it, empty for an id without a token. */
    public String token(int id) {
        return vocabulary.text(id);
    }

    /** Whether a token is a sign of control that decoding leaves out. */
    public boolean isSpecial(int id) {
        AddedToken token = vocabulary.added(id);
        return token != null && token.special();
    }

    /** Whether a token was added beside the vocabulary that text is made of; all special tokens are. */
    public boolean isAdded(int id) {
        return vocabulary.added(id) != null;
    }

    /**
     * Id of the token that ends a document.
     *
     * @throws EngineException of kind MODEL when the tokenizer has none
     */
    public int endOfText() {
        return DOCUMENT_ENDS.stream()
                .map(vocabulary::id)
                .filter(OptionalInt::isPresent)
                .findFirst()
                .or(() -> Optional.of(declared("eos_token")).filter(OptionalInt::isPresent))
                .orElseThrow(() -> new EngineException(
                        Kind.MODEL,
                        "The tokenizer names no token that ends a text; set eos_token in tokenizer_config.json."))
                .getAsInt();
    }

    /** Id of the token that begins a text, where the tokenizer declares one. */
    public OptionalInt beginningOfText() {
        return declared("bos_token");
    }

    /** Id of the token that the tokenizer declares as its end: that of a document, or of a turn in models made for chat. */
    public OptionalInt declaredEnd() {
        return declared("eos_token");
    }

    private OptionalInt declared(String role) {
        return files.tokenFor(role).map(vocabulary::id).orElse(OptionalInt.empty());
    }

    /** The texts of the tokens that have a role, such as {@code bos_token}, by their role. */
    public Map<String, String> tokensByRole() {
        return files.tokensByRole();
    }

    /** The merges in order of rank, each as the texts of its two tokens with a space between. */
    public List<String> merges() {
        try {
            return TokenizerJson.parse(files.definition()).mergeTexts().stream()
                    .map(pair -> pair[0] + " " + pair[1])
                    .toList();
        } catch (Refusal refusal) {
            throw new IllegalStateException("the definition was accepted before", refusal);
        }
    }

    /** The Jinja template that renders conversations, where there is one. */
    public Optional<String> chatTemplate() {
        return files.chatTemplate();
    }

    /** The same tokenizer with another chat template. */
    public Tokenizer withChatTemplate(String template) {
        return new Tokenizer(this, files.withChatTemplate(template));
    }

    /**
     * The same tokenizer with special tokens of these names. Those that it lacks take the places of tokens that their makers
     * reserved, or else ids after the last.
     *
     * @param sizeMax tokens that there may be in all
     * @return empty where there is no room for them
     */
    public Optional<Tokenizer> withSpecialTokens(List<String> names, int sizeMax) {
        List<String> missing =
                names.stream().filter(name -> vocabulary.id(name).isEmpty()).toList();
        return files.withSpecialTokens(missing, size(), sizeMax).map(Tokenizer::of);
    }
}
