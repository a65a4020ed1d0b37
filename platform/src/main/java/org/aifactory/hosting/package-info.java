/** Factories that the programme has selected: who shares each from when on, how far each has come, and where they stand on the map. */
@NullMarked
@ApplicationModule(displayName = "Hosting")
package org.aifactory.hosting;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
