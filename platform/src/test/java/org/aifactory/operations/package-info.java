@NullMarked
package org.aifactory.operations;

import org.jspecify.annotations.NullMarked;
