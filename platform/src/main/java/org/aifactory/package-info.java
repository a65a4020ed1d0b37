/**
 * The control plane: one application over one PostgreSQL. Every package below is a module with a public face and a hidden inside;
 * a test fails on a circle or on reaching into another module's inside.
 */
@NullMarked
package org.aifactory;

import org.jspecify.annotations.NullMarked;
