package org.aifactory.engine.training;

/**
 * A part of a run that learns from one kind of data.
 *
 * @param kind what it learns from
 * @param rowsPerStep sequences that make one step
 * @param peakLearningRate learning rate after the warm-up
 * @param schedule its length and learning rate over time
 */
public record Stage(Kind kind, int rowsPerStep, double peakLearningRate, Schedule schedule) {

    /** Kinds of data. */
    public enum Kind {
        /** Running text: every token is learned. */
        TEXT,
        /** Conversations: the assistant's turns are learned. */
        CONVERSATIONS
    }

    public Stage {
        if (rowsPerStep <= 0 || peakLearningRate <= 0) {
            throw new IllegalArgumentException("a stage needs rows and a learning rate");
        }
    }

    Stage withSchedule(Schedule changed) {
        return new Stage(kind, rowsPerStep, peakLearningRate, changed);
    }
}
