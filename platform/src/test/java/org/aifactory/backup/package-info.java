@NullMarked
package org.aifactory.backup;

import org.jspecify.annotations.NullMarked;
