/** The command line: one class for each command. */
@NullMarked
package org.aifactory.engine.cli;

import org.jspecify.annotations.NullMarked;
