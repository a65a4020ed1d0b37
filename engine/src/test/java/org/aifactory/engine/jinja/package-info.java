@NullMarked
package org.aifactory.engine.jinja;

import org.jspecify.annotations.NullMarked;
