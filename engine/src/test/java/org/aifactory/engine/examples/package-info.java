/** What the repository ships as examples, checked as a reader would use it. */
@NullMarked
package org.aifactory.engine.examples;

import org.jspecify.annotations.NullMarked;
