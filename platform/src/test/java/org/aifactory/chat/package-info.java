@NullMarked
package org.aifactory.chat;

import org.jspecify.annotations.NullMarked;
