@NullMarked
package org.aifactory.access;

import org.jspecify.annotations.NullMarked;
