package org.aifactory.engine.chat;

import java.util.Arrays;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.tokenizer.Tokenizer;

/**
 * How a conversation is written as tokens: ChatML, each turn as {@code <|im_start|>role}, a line break, the words,
 * {@code <|im_end|>} and a line break. The same at training and at chat time. What people say is encoded as plain text, so that it
 * can never contain a control token.
 */
public final class ChatTemplate {
    /** The template in the form that Hugging Face's tools and llama.cpp read. */
    public static final String CHATML = """
            {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
            {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    private final Tokenizer tokenizer;
    private final int turnStart;
    private final int turnEnd;
    private final int[] lineBreak;

    private ChatTemplate(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.turnStart = control(tokenizer, Tokenizer.TURN_START);
        this.turnEnd = control(tokenizer, Tokenizer.TURN_END);
        this.lineBreak = tokenizer.encode("\n");
    }

    /**
     * The template of a model.
     *
     * @throws EngineException of kind MODEL where the model was trained with another template than ChatML
     */
    public static ChatTemplate of(Tokenizer tokenizer) {
        if (!tokenizer.chatTemplate().map(CHATML::equals).orElse(true)) {
            throw new EngineException(
                    Kind.MODEL,
                    "This model speaks by a chat template of its own; only ChatML conversations are supported.");
        }
        return new ChatTemplate(tokenizer);
    }

    private static int control(Tokenizer tokenizer, String token) {
        return tokenizer
                .id(token)
                .orElseThrow(() -> new EngineException(
                        Kind.MODEL, "This model has no token " + token + ", so it cannot hold conversations."));
    }

    /** The token that ends a turn. */
    public int turnEnd() {
        return turnEnd;
    }

    /** The conversation so far and the opening of the assistant's next turn. */
    public int[] prompt(List<Message> messages) {
        Turns turns = new Turns();
        messages.forEach(turns::add);
        turns.open(Message.ASSISTANT);
        return turns.ids();
    }

    /** A whole conversation to learn from. */
    public EncodedConversation encode(List<Message> messages) {
        Turns turns = new Turns();
        messages.forEach(turns::add);
        return new EncodedConversation(turns.ids(), turns.learned());
    }

    /** Tokens as they gather. */
    private final class Turns {
        private int[] ids = new int[64];
        private boolean[] learned = new boolean[64];
        private int size;

        void open(String role) {
            add(false, turnStart);
            add(false, tokenizer.encode(role));
            add(false, lineBreak);
        }

        void add(Message message) {
            boolean isLearned = message.role().equals(Message.ASSISTANT);
            open(message.role());
            add(isLearned, tokenizer.encode(message.content()));
            add(isLearned, turnEnd);
            add(false, lineBreak);
        }

        private void add(boolean isLearned, int... tokens) {
            if (size + tokens.length > ids.length) {
                int room = Math.max(2 * ids.length, size + tokens.length);
                ids = Arrays.copyOf(ids, room);
                learned = Arrays.copyOf(learned, room);
            }
            System.arraycopy(tokens, 0, ids, size, tokens.length);
            Arrays.fill(learned, size, size + tokens.length, isLearned);
            size += tokens.length;
        }

        int[] ids() {
            return Arrays.copyOf(ids, size);
        }

        boolean[] learned() {
            return Arrays.copyOf(learned, size);
        }
    }
}
