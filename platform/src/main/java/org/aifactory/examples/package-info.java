/** What a platform is tried out with: known factories, and example people whom a link signs in on this computer. */
@NullMarked
@ApplicationModule(displayName = "Examples")
package org.aifactory.examples;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
