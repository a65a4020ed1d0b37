/** Sites that are reached by SSH: commands run there, and files that travel there and back. */
@NullMarked
package org.aifactory.federation.ssh;

import org.jspecify.annotations.NullMarked;
