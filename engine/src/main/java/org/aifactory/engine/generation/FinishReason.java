package org.aifactory.engine.generation;

/** Why a sequence ended. */
public enum FinishReason {
    /** The model produced a stop token, or what reads its text wanted no more. */
    STOP,
    /** The wished number of tokens, or the model's context, was used up. */
    LENGTH
}
