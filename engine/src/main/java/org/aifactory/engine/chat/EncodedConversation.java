package org.aifactory.engine.chat;

/**
 * A conversation as the model sees it.
 *
 * @param ids token ids of the whole conversation
 * @param learned for each id, whether the model is trained to produce it: the assistant's words and the token that ends its turn
 */
@SuppressWarnings("ArrayRecordComponent") // A hot path: millions of these, read once and never compared.
public record EncodedConversation(int[] ids, boolean[] learned) {
    public EncodedConversation {
        if (ids.length != learned.length) {
            throw new IllegalArgumentException(
                    "one flag per token: " + ids.length + " tokens, " + learned.length + " flags");
        }
    }
}
