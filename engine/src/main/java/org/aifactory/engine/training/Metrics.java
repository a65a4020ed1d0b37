package org.aifactory.engine.training;

import org.jspecify.annotations.Nullable;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param stage what the run learns from at this step
 * @param step steps done, all stages together
 * @param steps steps of the whole run as planned now
 * @param tokens tokens read so far
 * @param loss mean cross entropy of the steps since the last line, in nats per learned token
 * @param bitsPerByte of a part of the held-out text, or in the stage of conversations of the held-out assistant's turns, where it was
 *     measured at this step
 * @param learningRate of this step
 * @param gradientNorm before clipping
 * @param tokensPerSecond since the last line
 * @param flopsPerSecond floating-point operations that the model's mathematics asks for, since the last line
 * @param shareOfPeak of what this machine's matrix product was measured to reach in the same number format
 * @param seconds time spent training so far, all sessions together
 * @param secondsLeft until the last step, at the present speed
 */
public record Metrics(
        Stage.Kind stage,
        long step,
        long steps,
        long tokens,
        double loss,
        @Nullable Double bitsPerByte,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond,
        double flopsPerSecond,
        double shareOfPeak,
        double seconds,
        double secondsLeft) {}
