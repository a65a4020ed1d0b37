package org.aifactory.engine.jinja;

/** A piece of a template's source. The value of a string is what it stands for, without quotes and escapes. */
record Token(Kind kind, String value, int line) {
    enum Kind {
        DATA,
        VARIABLE_BEGIN,
        VARIABLE_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String text) {
        return kind == wanted && value.equals(text);
    }
}
