@NullMarked
package org.aifactory.engine;

import org.jspecify.annotations.NullMarked;
