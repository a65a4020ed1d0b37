@NullMarked
package org.aifactory.models;

import org.jspecify.annotations.NullMarked;
