@NullMarked
package org.aifactory.hosting;

import org.jspecify.annotations.NullMarked;
