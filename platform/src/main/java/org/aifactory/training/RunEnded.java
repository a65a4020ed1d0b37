package org.aifactory.training;

/**
 * A run has ended; published in the transaction that ends it, and kept until every listener has done its part, also over a crash. A
 * listener may be told twice.
 */
public record RunEnded(RunId run, RunState state) {}
