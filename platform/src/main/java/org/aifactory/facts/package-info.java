/** Facts that people write down in files: readable, with their sources and how well each is known, and found again where one is wrong. */
@NullMarked
@ApplicationModule(displayName = "Facts")
package org.aifactory.facts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
