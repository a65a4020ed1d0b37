package org.aifactory.engine.chat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.generation.Sequence;
import org.aifactory.engine.tokenizer.StreamingDecoder;

/** A model that holds conversations. */
public final class Chatbot implements AutoCloseable {
    /** A reply gets at most this share of the context, so that there is room for the conversation. */
    private static final int REPLY_SHARE = 2;

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
        StreamingDecoder decoder = model.tokenizer().streamingDecoder();
        StringBuilder reply = new StringBuilder();
        Consumer<String> both = piece -> {
            reply.append(piece);
            listener.accept(piece);
        };
        Sequence sequence = generator.start(request(conversation, sampling));
        int heard = 0;
        while (generator.active() > 0) {
            generator.step();
            for (; heard < sequence.producedLength(); heard++) {
                int token = sequence.produced()[heard];
                if (!model.tokenizer().isSpecial(token)) {
                    both.accept(decoder.accept(token));
                }
            }
        }
        both.accept(decoder.flush());
        return reply.toString();
    }

    /** The replies to many questions, each on its own, greedily. */
    public List<String> answers(List<String> questions) {
        List<GenerationRequest> requests = questions.stream()
                .map(question -> request(List.of(Message.user(question)), Sampling.GREEDY))
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
