/**
 * Models that answer: each served by a run of its own that sleeps when nobody asks, behind OpenAI's API, with keys, limits and counts of
 * what was asked.
 */
@NullMarked
@ApplicationModule(displayName = "Chat")
package org.aifactory.chat;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
