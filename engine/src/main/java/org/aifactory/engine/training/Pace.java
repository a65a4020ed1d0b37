package org.aifactory.engine.training;

/**
 * How often a run writes down where it is.
 *
 * @param metricsSeconds between lines of metrics
 * @param checkpointSeconds between checkpoints, at least
 * @param checkpointShareMax share of the time that checkpoints may take
 * @param sampleSeconds between samples of what the model says, at least
 */
record Pace(double metricsSeconds, double checkpointSeconds, double checkpointShareMax, double sampleSeconds) {
    static final Pace USUAL = new Pace(1, 60, 0.02, 20);

    private static final double SAMPLE_SHARE_MAX = 0.01;
    private static final double SAMPLE_SECONDS = 0.5;

    /**
     * Whether it is time for another checkpoint.
     *
     * @param since seconds since the last one
     * @param cost seconds that one takes
     */
    boolean checkpointIsDue(double since, double cost) {
        return since >= Math.max(checkpointSeconds, cost / checkpointShareMax);
    }

    /** How long the model may be let speak, so many seconds after the last time. */
    double sampleSecondsMax(double since) {
        return Math.max(SAMPLE_SECONDS, SAMPLE_SHARE_MAX * since);
    }
}
