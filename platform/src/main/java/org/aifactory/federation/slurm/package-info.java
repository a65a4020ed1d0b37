/** Machines that Slurm drives, reached over its REST interface. */
@NullMarked
package org.aifactory.federation.slurm;

import org.jspecify.annotations.NullMarked;
