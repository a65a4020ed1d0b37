package org.aifactory.engine.corpus;

import java.util.List;
import java.util.function.Function;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.chat.EncodedConversation;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.tokenizer.Tokenizer;

/**
 * How documents become tokens. The functions are called from several threads at once.
 *
 * @param vocabularySize number of ids
 * @param endOfDocument id that ends each text
 * @param text encodes a piece of text
 * @param conversation encodes a conversation as a whole
 */
public record Encoding(
        int vocabularySize,
        int endOfDocument,
        Function<String, int[]> text,
        Function<List<Message>, EncodedConversation> conversation) {

    /**
     * By a model's tokenizer, and its chat template where there are conversations: one whose template cannot be used may still read
     * text.
     */
    public static Encoding of(int vocabularySize, Tokenizer tokenizer, boolean converses) {
        return new Encoding(
                vocabularySize,
                tokenizer.endOfText(),
                tokenizer::encode,
                converses ? ChatTemplate.of(tokenizer)::encode : Encoding::unexpected);
    }

    private static EncodedConversation unexpected(List<Message> conversation) {
        throw new IllegalStateException("there were to be no conversations");
    }
}
