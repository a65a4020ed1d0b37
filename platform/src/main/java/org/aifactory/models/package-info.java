/** The models that came of runs: their files by content, how they came to be, their cards, and who may have them. */
@NullMarked
@ApplicationModule(displayName = "Models")
package org.aifactory.models;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
