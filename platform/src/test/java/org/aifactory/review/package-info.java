@NullMarked
package org.aifactory.review;

import org.jspecify.annotations.NullMarked;
