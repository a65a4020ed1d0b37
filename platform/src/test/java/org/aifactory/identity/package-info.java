@NullMarked
package org.aifactory.identity;

import org.jspecify.annotations.NullMarked;
