package org.aifactory.engine.training;

/**
 * How often a run writes down where it is.
 *
 * @param metricsSeconds between lines of metrics
 * @param checkpointSeconds between checkpoints, at least
 * @param checkpointShareMax share of the time that checkpoints may take
 */
record Pace(double metricsSeconds, double checkpointSeconds, double checkpointShareMax) {
    static final Pace USUAL = new Pace(1, 60, 0.02);

    /**
     * Whether it is time for another checkpoint.
     *
     * @param since seconds since the last one
     * @param cost seconds that one takes
     */
    boolean checkpointIsDue(double since, double cost) {
        return since >= Math.max(checkpointSeconds, cost / checkpointShareMax);
    }
}
