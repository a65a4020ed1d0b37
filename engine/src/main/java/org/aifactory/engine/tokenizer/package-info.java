/** Byte-level BPE: training, encoding, decoding, and the Hugging Face files. */
@NullMarked
package org.aifactory.engine.tokenizer;

import org.jspecify.annotations.NullMarked;
