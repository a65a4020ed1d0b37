@NullMarked
package org.aifactory.training;

import org.jspecify.annotations.NullMarked;
