package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Optional;
import org.aifactory.engine.jinja.Expression.Arguments;

/** What a template does, in order. */
sealed interface Statement {
    record Data(Text text) implements Statement {}

    record Output(Expression expression) implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {
        record Branch(Expression condition, List<Statement> body) {}
    }

    record For(
            List<String> targets,
            Expression in,
            Optional<Expression> condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    record Set(List<Target> targets, Expression value) implements Statement {}

    /** A variable, or an attribute of a namespace. */
    record Target(String name, Optional<String> attribute) {}

    record SetBlock(Target target, List<Filter> filters, List<Statement> body) implements Statement {}

    record FilterBlock(List<Filter> filters, List<Statement> body) implements Statement {}

    record Filter(String name, Arguments arguments) {}

    record With(List<Set> variables, List<Statement> body) implements Statement {}

    record Macro(String name, List<Parameter> parameters, List<Statement> body) implements Statement {
        record Parameter(String name, Optional<Expression> standard) {}
    }

    /** A call of a macro that is handed the body as {@code caller}. */
    record CallBlock(Expression.Call call, Macro caller) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}
}
