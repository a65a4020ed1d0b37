/** Text and conversations on disk, read as a stream, and the token shards made of them. */
@NullMarked
package org.aifactory.engine.corpus;

import org.jspecify.annotations.NullMarked;
