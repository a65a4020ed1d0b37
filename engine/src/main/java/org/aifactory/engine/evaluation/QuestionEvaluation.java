package org.aifactory.engine.evaluation;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.tokenizer.Tokenizer;

/** Asks a model questions, each in a conversation of its own, and takes the likeliest reply. */
public final class QuestionEvaluation {
    private static final int REPLY_TOKENS_MAX = 128;

    private final ModelConfig config;
    private final MemorySegment weights;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Set<Integer> stopTokens;

    /**
     * @param weights flat 32-bit weights
     * @param endTokens tokens that end a reply, besides the template's own and the tokenizer's end of text
     */
    public QuestionEvaluation(ModelConfig config, MemorySegment weights, Tokenizer tokenizer, List<Integer> endTokens) {
        this.config = config;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.template = ChatTemplate.of(tokenizer);
        this.stopTokens = new HashSet<>(endTokens);
        this.stopTokens.add(template.turnEnd());
        this.stopTokens.add(tokenizer.endOfText());
    }

    public QuestionScore score(QuestionSet questions) {
        return questions.score(
                replies(questions.questions().stream().map(Question::question).toList()));
    }

    /** One reply to each question, in their order. */
    public List<String> replies(List<String> questions) {
        List<GenerationRequest> requests = questions.stream().map(this::request).toList();
        try (Generator generator = new Generator(config, weights)) {
            return generator.generate(requests).stream()
                    .map(sequence -> tokenizer.decode(sequence.produced()))
                    .toList();
        }
    }

    private GenerationRequest request(String question) {
        int[] prompt = template.prompt(List.of(Message.user(question)));
        return new GenerationRequest(prompt, REPLY_TOKENS_MAX, Sampling.GREEDY, stopTokens);
    }
}
