/** The first machine: the computer that the platform runs on. */
@NullMarked
package org.aifactory.federation.local;

import org.jspecify.annotations.NullMarked;
