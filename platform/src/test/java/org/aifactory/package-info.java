@NullMarked
package org.aifactory;

import org.jspecify.annotations.NullMarked;
