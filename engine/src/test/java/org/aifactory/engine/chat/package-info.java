@NullMarked
package org.aifactory.engine.chat;

import org.jspecify.annotations.NullMarked;
