@NullMarked
package org.aifactory.client;

import org.jspecify.annotations.NullMarked;
