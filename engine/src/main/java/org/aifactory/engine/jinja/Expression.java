package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be evaluated in a template. */
sealed interface Expression {
    record Constant(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record DictOf(List<Map.Entry<Expression, Expression>> entries) implements Expression {}

    record Attribute(Expression of, String name) implements Expression {}

    record Item(Expression of, Expression key) implements Expression {}

    record Slice(Expression of, Optional<Expression> from, Optional<Expression> to, Optional<Expression> step)
            implements Expression {}

    record Call(Expression function, Arguments arguments) implements Expression {}

    record Filter(Expression of, String name, Arguments arguments) implements Expression {}

    record Test(Expression of, String name, Arguments arguments) implements Expression {}

    record Not(Expression of) implements Expression {}

    record Sign(Expression of, boolean minus) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** A chain such as {@code a < b <= c}. */
    record Comparison(Expression first, List<Operand> rest) implements Expression {
        record Operand(String operator, Expression value) {}
    }

    record Choice(Expression condition, Expression then, Optional<Expression> otherwise) implements Expression {}

    /**
     * What a function is called with.
     *
     * @param rest a list whose items follow the positional arguments, written with a star
     */
    record Arguments(List<Expression> positional, Optional<Expression> rest, Map<String, Expression> named) {
        static final Arguments NONE = Arguments.of(List.of());

        static Arguments of(List<Expression> positional) {
            return new Arguments(positional, Optional.empty(), Map.of());
        }
    }
}
