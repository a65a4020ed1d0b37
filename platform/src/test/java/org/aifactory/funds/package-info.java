@NullMarked
package org.aifactory.funds;

import org.jspecify.annotations.NullMarked;
