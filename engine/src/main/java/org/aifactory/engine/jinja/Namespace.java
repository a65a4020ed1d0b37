package org.aifactory.engine.jinja;

import java.util.Map;

/** Variables that can be set from inside a loop. */
record Namespace(Map<String, Object> attributes) {
    void set(String name, Object value) {
        if (name.startsWith("_")) {
            throw new JinjaException("an attribute of a namespace may not begin with _, as " + name + " does");
        }
        attributes.put(name, value);
    }
}
