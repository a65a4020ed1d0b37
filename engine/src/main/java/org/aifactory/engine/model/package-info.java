/** The decoder-only transformer: its configuration, its weights and its forward pass. */
@NullMarked
package org.aifactory.engine.model;

import org.jspecify.annotations.NullMarked;
