/** Bits per byte on held-out text and accuracy on question sets. */
@NullMarked
package org.aifactory.engine.evaluation;

import org.jspecify.annotations.NullMarked;
