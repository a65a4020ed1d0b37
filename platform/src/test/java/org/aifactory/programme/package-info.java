@NullMarked
package org.aifactory.programme;

import org.jspecify.annotations.NullMarked;
