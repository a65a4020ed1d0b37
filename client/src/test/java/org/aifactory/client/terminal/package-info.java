@NullMarked
package org.aifactory.client.terminal;

import org.jspecify.annotations.NullMarked;
