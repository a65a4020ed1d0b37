package org.aifactory.engine.evaluation;

import java.util.List;

/** What bits per byte asks of a model. */
@FunctionalInterface
public interface WindowScorer {

    /** Sum, over all scored targets of the windows, of minus the natural logarithm of the probability the model gave them. */
    double nats(List<Window> windows);
}
