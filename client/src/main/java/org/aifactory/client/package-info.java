/** The command line of the platform: one class for each command. Results on standard out, everything else on standard error. */
@NullMarked
package org.aifactory.client;

import org.jspecify.annotations.NullMarked;
