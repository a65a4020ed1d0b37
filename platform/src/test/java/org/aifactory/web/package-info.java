@NullMarked
package org.aifactory.web;

import org.jspecify.annotations.NullMarked;
