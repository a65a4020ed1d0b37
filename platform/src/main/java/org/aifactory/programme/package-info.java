/** Calls, the proposals that answer them, what is selected, and the money that stands behind it. */
@NullMarked
@ApplicationModule(displayName = "Programme")
package org.aifactory.programme;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
