package org.aifactory.engine.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.tokenizer.Tokenizer;

/**
 * What a client wants, checked.
 *
 * @param prompts token ids, each of them to be continued {@code variants} times
 * @param variants how many answers to each prompt, each with a seed of its own
 * @param maxTokens tokens of one answer at most
 * @param stopTokens tokens that end an answer
 * @param stops strings that end an answer
 * @param isStream whether to send the answer piece by piece
 * @param withUsage whether a stream closes with the count of tokens
 */
record Ask(
        List<int[]> prompts,
        int variants,
        int maxTokens,
        Sampling sampling,
        Set<Integer> stopTokens,
        List<String> stops,
        boolean isStream,
        boolean withUsage) {

    int size() {
        return prompts.size() * variants;
    }

    int promptTokens() {
        return prompts.stream().mapToInt(prompt -> prompt.length).sum();
    }

    /** The sequences that together make the answer, in the order of their index. */
    List<Choice> choices(Answer answer, Tokenizer tokenizer) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            GenerationRequest request = new GenerationRequest(
                    prompts.get(i / variants),
                    maxTokens,
                    sampling.withSeed(sampling.seed() + i % variants),
                    stopTokens);
            choices.add(new Choice(answer, i, request, tokenizer.streamingDecoder(), stops));
        }
        return choices;
    }
}
