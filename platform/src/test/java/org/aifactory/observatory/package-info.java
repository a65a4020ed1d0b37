@NullMarked
package org.aifactory.observatory;

import org.jspecify.annotations.NullMarked;
