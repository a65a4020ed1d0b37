@NullMarked
package org.aifactory.cofunding;

import org.jspecify.annotations.NullMarked;
