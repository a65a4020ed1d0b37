/** People, the organisations they act for, their roles, how they sign in, and the trail of what they did. */
@NullMarked
@ApplicationModule(displayName = "Identity")
package org.aifactory.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
