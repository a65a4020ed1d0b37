/** Conversations, chat templates and the terminal chat. */
@NullMarked
package org.aifactory.engine.chat;

import org.jspecify.annotations.NullMarked;
