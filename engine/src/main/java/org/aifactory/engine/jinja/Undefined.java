package org.aifactory.engine.jinja;

/** What a name stands for that stands for nothing: printed as nothing, false, and of no other use. */
record Undefined(String name) {
    JinjaException used() {
        return new JinjaException("'" + name + "' is undefined");
    }
}
