/** Several processes that train one model together, each with a part of every batch. */
@NullMarked
package org.aifactory.engine.distributed;

import org.jspecify.annotations.NullMarked;
