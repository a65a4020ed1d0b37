/** Conversations, and the templates that write them as tokens. */
@NullMarked
package org.aifactory.engine.chat;

import org.jspecify.annotations.NullMarked;
