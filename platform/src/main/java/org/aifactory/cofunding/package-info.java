/** Who pays for factories, how much of it came and what it was spent on, and whose time the runs and models took that came of it. */
@NullMarked
@ApplicationModule(displayName = "Co-funding")
package org.aifactory.cofunding;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
