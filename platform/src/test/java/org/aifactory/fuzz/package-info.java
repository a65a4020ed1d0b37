@NullMarked
package org.aifactory.fuzz;

import org.jspecify.annotations.NullMarked;
