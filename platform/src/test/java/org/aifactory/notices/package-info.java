@NullMarked
package org.aifactory.notices;

import org.jspecify.annotations.NullMarked;
