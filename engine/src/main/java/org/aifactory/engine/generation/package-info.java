/** Sampling text from a model with a key-value cache, one user or many, and a chatbot made of that. */
@NullMarked
package org.aifactory.engine.generation;

import org.jspecify.annotations.NullMarked;
