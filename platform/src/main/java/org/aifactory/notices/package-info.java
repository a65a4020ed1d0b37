/** What people are told of what concerns them: notices in the portal, and the same by mail. */
@NullMarked
@ApplicationModule(displayName = "Notices")
package org.aifactory.notices;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
