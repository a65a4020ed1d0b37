@NullMarked
package org.aifactory.federation;

import org.jspecify.annotations.NullMarked;
