@NullMarked
package org.aifactory.examples;

import org.jspecify.annotations.NullMarked;
