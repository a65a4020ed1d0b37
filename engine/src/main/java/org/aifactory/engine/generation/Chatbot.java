package org.aifactory.engine.generation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.chat.Message;

/** A model that holds conversations. */
public final class Chatbot implements AutoCloseable {
    /** A reply gets at most this share of the context, so that there is room for the conversation. */
    private static final int REPLY_SHARE = 2;
    /** Enough for an answer to a question of a set; one that goes on and on takes the memory of many. */
    private static final int ANSWER_TOKENS_MAX = 128;

    private final LanguageModel model;
    private final ChatTemplate template;
    private final Set<Integer> stopTokens;
    private final Generator generator;

    public Chatbot(LanguageModel model) {
        this.model = model;
        this.template = ChatTemplate.of(model.tokenizer());
        this.stopTokens = new HashSet<>(model.stopTokens());
        this.stopTokens.add(template.turnEnd());
        this.generator = model.generator();
    }

    /**
     * The assistant's next turn. The oldest turns are forgotten where the conversation outgrows the context.
     *
     * @param listener told each piece of the reply as soon as it is there
     */
    public String reply(List<Message> conversation, Sampling sampling, Consumer<String> listener) {
        StringBuilder reply = new StringBuilder();
        Sequence sequence = generator.start(request(conversation, sampling));
        model.tell(generator, sequence, piece -> {
            reply.append(piece);
            listener.accept(piece);
        });
        return reply.toString();
    }

    /** The likeliest replies to many questions, each in a conversation of its own; they end after 128 tokens. */
    public List<String> answers(List<String> questions) {
        List<GenerationRequest> requests = questions.stream()
                .map(question -> request(List.of(Message.user(question)), Sampling.GREEDY))
                .map(request -> request.withAtMost(ANSWER_TOKENS_MAX))
                .toList();
        return generator.generate(requests).stream()
                .map(sequence -> model.tokenizer().decode(sequence.produced()))
                .toList();
    }

    private GenerationRequest request(List<Message> conversation, Sampling sampling) {
        int context = model.config().contextLength();
        int replyMax = Math.max(1, context / REPLY_SHARE);
        List<Message> remembered = new ArrayList<>(conversation);
        int[] prompt = template.prompt(remembered);
        while (prompt.length > context - replyMax && forgetOldest(remembered)) {
            prompt = template.prompt(remembered);
        }
        return new GenerationRequest(prompt, replyMax, sampling, stopTokens);
    }

    /** Forgets the oldest question and its answer: what the system was told stays, and many templates want a question first. */
    private static boolean forgetOldest(List<Message> conversation) {
        int oldest = conversation.getFirst().role().equals(Message.SYSTEM) ? 1 : 0;
        int next = oldest + 1;
        while (next < conversation.size() && !conversation.get(next).role().equals(Message.USER)) {
            next++;
        }
        if (next >= conversation.size()) {
            return false;
        }
        conversation.subList(oldest, next).clear();
        return true;
    }

    @Override
    public void close() {
        generator.close();
    }
}
