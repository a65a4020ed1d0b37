/** Factories, their machines and partitions, the pools of time on them, and the connectors by which jobs reach a machine. */
@NullMarked
@ApplicationModule(displayName = "Federation")
package org.aifactory.federation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
