package org.aifactory.engine.chat;

import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.tokenizer.Tokenizer;

/** ChatML for models that come without a chat template. */
public final class ChatMl {
    private static final List<String> TOKENS = List.of(Tokenizer.TURN_START, Tokenizer.TURN_END);

    private ChatMl() {}

    static void require(Tokenizer tokenizer) {
        for (String token : TOKENS) {
            if (tokenizer.id(token).isEmpty()) {
                throw new EngineException(
                        Kind.MODEL,
                        "This model has no chat template and no token " + token
                                + ", so it cannot hold conversations; it completes text. For a model that converses, continue from"
                                + " one that was made for chat (\"instruct\").");
            }
        }
    }

    /**
     * The same tokenizer with ChatML as its chat template. Tokens that it lacks take the places of reserved ones, or of rows that
     * the model has beyond its tokenizer, so that the model keeps its size.
     *
     * @param vocabularySize rows of the model's embedding
     * @throws EngineException of kind MODEL where there is no place
     */
    public static Tokenizer giveTo(Tokenizer tokenizer, int vocabularySize) {
        return tokenizer
                .withSpecialTokens(TOKENS, vocabularySize)
                .orElseThrow(
                        () -> new EngineException(
                                Kind.MODEL,
                                "The base has no chat template, and its vocabulary has no room for the tokens of one, so it cannot learn"
                                        + " conversations. Train on text alone, or choose a base that was made for chat (\"instruct\")."))
                .withChatTemplate(ChatTemplate.CHATML);
    }
}
