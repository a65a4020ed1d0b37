@NullMarked
package org.aifactory.database;

import org.jspecify.annotations.NullMarked;
