package org.aifactory.engine.generation;

import java.util.Set;

/**
 * What to continue, and how.
 *
 * @param prompt token ids, at least one
 * @param maxTokens tokens to produce at most
 * @param sampling how each token is chosen
 * @param stopTokens tokens that end the sequence; they are not part of the result
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once and never compared.
public record GenerationRequest(int[] prompt, int maxTokens, Sampling sampling, Set<Integer> stopTokens) {

    GenerationRequest withAtMost(int tokens) {
        return new GenerationRequest(prompt, Math.min(maxTokens, tokens), sampling, stopTokens);
    }
}
