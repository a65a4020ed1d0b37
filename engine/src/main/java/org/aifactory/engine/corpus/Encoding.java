package org.aifactory.engine.corpus;

import java.util.List;
import java.util.function.Function;
import org.aifactory.engine.chat.EncodedConversation;
import org.aifactory.engine.chat.Message;

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
        Function<List<Message>, EncodedConversation> conversation) {}
