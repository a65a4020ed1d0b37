/** The plan, the training loop, optimizers, checkpoints and metrics. */
@NullMarked
package org.aifactory.engine.training;

import org.jspecify.annotations.NullMarked;
