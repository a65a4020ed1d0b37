/** What whoever runs the platform asks of it: how full its disk is, and with what. */
@NullMarked
@ApplicationModule(displayName = "Operations")
package org.aifactory.operations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
