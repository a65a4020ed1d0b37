package org.aifactory.engine.evaluation;

/**
 * How well a model predicts a text.
 *
 * @param nats sum over every token of minus the natural logarithm of its probability
 * @param tokens tokens scored, the one that ends each document or turn included
 * @param bytes UTF-8 bytes of what was scored
 * @param documents number of documents
 */
public record TextScore(double nats, long tokens, long bytes, long documents) {

    /** {@code nats / (ln 2 * bytes)}: does not depend on the tokenizer, so models with different ones can be compared. */
    public double bitsPerByte() {
        return nats / Math.log(2) / bytes;
    }

    /** {@code exp(nats / tokens)}: among how many tokens the model is left in doubt, on average. */
    public double perplexity() {
        return Math.exp(nats / tokens);
    }
}
