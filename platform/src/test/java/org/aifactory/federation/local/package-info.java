@NullMarked
package org.aifactory.federation.local;

import org.jspecify.annotations.NullMarked;
