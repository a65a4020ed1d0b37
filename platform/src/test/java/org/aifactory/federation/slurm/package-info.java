/** Runs on a real Slurm. */
@NullMarked
package org.aifactory.federation.slurm;

import org.jspecify.annotations.NullMarked;
