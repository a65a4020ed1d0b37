package org.aifactory.engine.chat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.jinja.JinjaException;
import org.aifactory.engine.jinja.Template;
import org.aifactory.engine.jinja.Text;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation is written as tokens, at training and at chat time alike: by the template that the model came with, or by
 * ChatML, which is also the template of our own models.
 *
 * <p>A template writes control tokens as text, and people may say the same text. The rendering therefore knows for every
 * character whether the template or somebody in the conversation wrote it ({@link Text}), and only what the template wrote can
 * become a control token. The alternative, marks around what people say, would change what a template sees when it trims, cuts
 * or searches their words.
 */
public final class ChatTemplate {
    /** The template of our own models in the form that Hugging Face's tools and llama.cpp read. */
    public static final String CHATML = """
            {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
            {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    private static final Set<String> ROLES = Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT);
    private static final int REASON_CHARACTERS_MAX = 300;

    private final Tokenizer tokenizer;
    private final Template template;
    private final Supplier<LocalDateTime> now;
    private final Map<String, String> tokensByRole;
    private final Turns turns;
    private final int turnEnd;

    private ChatTemplate(Tokenizer tokenizer, Template template, Supplier<LocalDateTime> now) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.now = now;
        this.tokensByRole = tokenizer.tokensByRole();
        try {
            this.turns = Turns.of(this::rendered);
            this.turnEnd = findTurnEnd();
        } catch (JinjaException failure) {
            throw unusable(failure);
        }
    }

    /**
     * The template of a model; ChatML for a model that has none but has ChatML's tokens.
     *
     * @throws EngineException of kind MODEL where there is no template that can be used
     */
    public static ChatTemplate of(Tokenizer tokenizer) {
        return of(tokenizer, LocalDateTime::now);
    }

    /** @param now told to templates that write the date */
    static ChatTemplate of(Tokenizer tokenizer, Supplier<LocalDateTime> now) {
        if (tokenizer.chatTemplate().isEmpty()) {
            ChatMl.require(tokenizer);
        }
        try {
            return new ChatTemplate(
                    tokenizer, Template.parse(tokenizer.chatTemplate().orElse(CHATML)), now);
        } catch (JinjaException failure) {
            throw unusable(failure);
        }
    }

    private static EngineException unusable(JinjaException failure) {
        return new EngineException(
                Kind.MODEL,
                "The model's chat template cannot be used: " + reason(failure)
                        + ". Mend chat_template in tokenizer_config.json, or train on text alone.",
                failure);
    }

    private static String reason(JinjaException failure) {
        String reason =
                String.valueOf(failure.getMessage()).replaceAll("\\s+", " ").strip();
        String excerpt = reason.substring(0, Math.min(REASON_CHARACTERS_MAX, reason.length()));
        return excerpt.endsWith(".") ? excerpt.substring(0, excerpt.length() - 1) : excerpt;
    }

    /** The token that ends a turn of the assistant. */
    public int turnEnd() {
        return turnEnd;
    }

    /**
     * The conversation so far and the opening of the assistant's next turn.
     *
     * @throws EngineException of kind INPUT where the template refuses the conversation
     */
    public int[] prompt(List<Message> messages) {
        return encode(messages, true).ids();
    }

    /**
     * A whole conversation to learn from: the assistant's words and the end of its turn, from where its prompt would end.
     *
     * @throws EngineException of kind INPUT where the template refuses the conversation
     */
    public EncodedConversation encode(List<Message> messages) {
        return encode(messages, false);
    }

    /** The text of a conversation as transformers' {@code apply_chat_template} writes it. */
    String render(List<Message> messages, boolean opensTurn) {
        return checked(messages, opensTurn).chars();
    }

    private EncodedConversation encode(List<Message> messages, boolean opensTurn) {
        Text text = checked(messages, opensTurn);
        Tokens tokens = new Tokens();
        int done = 0;
        Turns.@Nullable Turn open = null;
        for (Turns.Turn turn : turns.find(text, messages)) {
            add(tokens, text.slice(done, turn.from()), open, done);
            done = turn.from();
            open = turn;
        }
        add(tokens, text.slice(done, text.length()), open, done);
        return tokens.conversation();
    }

    /**
     * Adds what follows a place where the assistant takes the word, up to where it does so again. Each such part is encoded by
     * itself: at chat time, too, the prompt ends there and its tokens stand before the first word is known.
     */
    private void add(Tokens tokens, Text part, Turns.@Nullable Turn turn, int start) {
        int[] ids = ids(part);
        tokens.add(ids, turn == null ? 0 : learned(part.slice(0, turn.wordsEnd() - start), ids));
    }

    /** Number of tokens, from the first, that are the assistant's words and the end of its turn. */
    private int learned(Text words, int[] all) {
        int[] ids = ids(words);
        long tokensInWords = Arrays.stream(ids).filter(tokenizer::isAdded).count();
        for (int i = 0; i < all.length; i++) {
            if (tokenizer.isAdded(all[i]) && tokensInWords-- == 0) {
                return all[i] == turnEnd ? i + 1 : common(ids, all);
            }
        }
        return common(ids, all);
    }

    private static int common(int[] left, int[] right) {
        int mismatch = Arrays.mismatch(left, right);
        return mismatch < 0 ? left.length : mismatch;
    }

    private int[] ids(Text text) {
        return tokenizer.encodeWithSpecialTokens(text.chars(), text.said());
    }

    private int findTurnEnd() {
        try {
            Text text = rendered(List.of(Message.user("x"), Message.assistant("y")), false);
            int words = text.origins().lastIndexOf(2);
            OptionalInt found = Arrays.stream(ids(text.slice(words + 1, text.length())))
                    .filter(tokenizer::isAdded)
                    .findFirst();
            if (words >= 0 && found.isPresent()) {
                return found.getAsInt();
            }
        } catch (JinjaException refused) {
            // A template that refuses this conversation may write others; its declared end serves.
        }
        return tokenizer.declaredEnd().orElseGet(tokenizer::endOfText);
    }

    private Text checked(List<Message> messages, boolean opensTurn) {
        if (messages.size() >= Character.MAX_VALUE) {
            throw new EngineException(
                    Kind.INPUT, "A conversation has fewer than 65535 turns, not " + messages.size() + ".");
        }
        messages.stream()
                .filter(message -> !ROLES.contains(message.role()))
                .findFirst()
                .ifPresent(message -> {
                    throw new EngineException(
                            Kind.INPUT,
                            "A message has the role \"" + message.role()
                                    + "\"; only system, user and assistant are known.");
                });
        try {
            return rendered(messages, opensTurn);
        } catch (JinjaException failure) {
            throw new EngineException(
                    Kind.INPUT,
                    "The model's chat template " + (failure.isRaised() ? "refuses" : "fails on")
                            + " this conversation: " + reason(failure) + ".",
                    failure);
        }
    }

    private Text rendered(List<Message> messages, boolean opensTurn) {
        List<Map<String, Object>> turnsSaid = new ArrayList<>();
        for (Message message : messages) {
            Text content = Text.said(message.content(), (char) (turnsSaid.size() + 1));
            turnsSaid.add(Map.of("role", message.role(), "content", content));
        }
        Map<String, @Nullable Object> variables = new HashMap<>(tokensByRole);
        variables.put("messages", turnsSaid);
        variables.put("add_generation_prompt", opensTurn);
        // transformers defines these, too, and templates ask whether they are none.
        variables.put("tools", null);
        variables.put("documents", null);
        return template.render(variables, now.get());
    }

    /** Tokens as they gather. */
    private static final class Tokens {
        private final List<int[]> parts = new ArrayList<>();
        private final List<Integer> learned = new ArrayList<>();
        private int size;

        /** @param learnedCount how many of the ids, from the first, are learned */
        void add(int[] ids, int learnedCount) {
            parts.add(ids);
            learned.add(learnedCount);
            size += ids.length;
        }

        EncodedConversation conversation() {
            int[] ids = new int[size];
            boolean[] flags = new boolean[size];
            int at = 0;
            for (int i = 0; i < parts.size(); i++) {
                int[] part = parts.get(i);
                System.arraycopy(part, 0, ids, at, part.length);
                Arrays.fill(flags, at, at + learned.get(i), true);
                at += part.length;
            }
            return new EncodedConversation(ids, flags);
        }
    }
}
