/** What nations do about AI beside the programme: initiatives with their sources, exchange rates, and the comparison of like with like. */
@NullMarked
@ApplicationModule(displayName = "Observatory")
package org.aifactory.observatory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
