/** Who may have time on which partition, for what and how long: access modes, applications and their decisions, allocations. */
@NullMarked
@ApplicationModule(displayName = "Access")
package org.aifactory.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
