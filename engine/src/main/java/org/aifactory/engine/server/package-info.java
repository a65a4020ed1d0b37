/** The OpenAI-compatible HTTP server. */
@NullMarked
package org.aifactory.engine.server;

import org.jspecify.annotations.NullMarked;
