/** What goes by itself: each module says what it keeps for a while, and here it is removed, by one instance of the platform at a time. */
@NullMarked
@ApplicationModule(displayName = "Upkeep")
package org.aifactory.upkeep;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
