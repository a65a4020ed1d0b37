/** The person before the screen: lines, tables, progress and questions. */
@NullMarked
package org.aifactory.client.terminal;

import org.jspecify.annotations.NullMarked;
