package org.aifactory.engine.jinja;

/** Python's {@code None}. */
enum None {
    NONE
}
