/** The whole platform in one file, taken while it runs, and brought back from it. */
@NullMarked
@ApplicationModule(displayName = "Backup")
package org.aifactory.backup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
