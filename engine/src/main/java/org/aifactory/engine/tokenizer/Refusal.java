package org.aifactory.engine.tokenizer;

/** Why a tokenizer that others made cannot be used; the reason completes "The tokenizer in … cannot be used: ". */
final class Refusal extends Exception {
    Refusal(String reason) {
        super(reason);
    }
}
