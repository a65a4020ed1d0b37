/**
 * Runs: what is asked for, what it may cost, what becomes of it on a machine, and what is charged for it.
 *
 * <p>Whoever wants to know that a run has ended listens to {@link org.aifactory.training.RunEnded}; whoever has models to continue from
 * implements {@link org.aifactory.training.BaseModels}.
 */
@NullMarked
@ApplicationModule(displayName = "Training")
package org.aifactory.training;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
