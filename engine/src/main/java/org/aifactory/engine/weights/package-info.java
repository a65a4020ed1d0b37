/** Model files: Hugging Face folders, safetensors and GGUF. */
@NullMarked
package org.aifactory.engine.weights;

import org.jspecify.annotations.NullMarked;
