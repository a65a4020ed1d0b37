@NullMarked
package org.aifactory.data;

import org.jspecify.annotations.NullMarked;
