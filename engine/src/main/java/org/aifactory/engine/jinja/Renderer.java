package org.aifactory.engine.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.aifactory.engine.jinja.Callable.Call;
import org.aifactory.engine.jinja.Expression.Arguments;
import org.aifactory.engine.jinja.Expression.Comparison;
import org.jspecify.annotations.Nullable;

/** Runs one template once. */
final class Renderer {
    private final Budget budget;
    private final Values values;
    private final Tests tests;
    private final Filters filters;

    /** How a list of statements ended. */
    private enum Ending {
        NORMAL,
        BREAK,
        CONTINUE
    }

    /** Variables, and where to look for those that are not among them. */
    private record Scope(
            Map<String, Object> variables, @Nullable Scope outer) {
        Scope inner() {
            return new Scope(new HashMap<>(), this);
        }

        Object get(String name) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                Object value = scope.variables.get(name);
                if (value != null) {
                    return value;
                }
            }
            return new Undefined(name);
        }
    }

    private Renderer(Budget budget) {
        this.budget = budget;
        this.values = new Values(budget);
        this.tests = new Tests(values);
        this.filters = new Filters(values, tests, budget);
    }

    static Text render(List<Statement> template, Map<String, Object> variables, LocalDateTime now, Budget budget) {
        Renderer renderer = new Renderer(budget);
        Scope globals = new Scope(new Globals(renderer.values, budget, now).all(), null);
        Text.Builder out = new Text.Builder();
        renderer.run(template, new Scope(variables, globals).inner(), out);
        return out.build();
    }

    private Ending run(List<Statement> statements, Scope scope, Text.Builder out) {
        budget.enter();
        Ending ending = Ending.NORMAL;
        for (int i = 0; ending == Ending.NORMAL && i < statements.size(); i++) {
            ending = run(statements.get(i), scope, out);
        }
        budget.leave();
        return ending;
    }

    private Ending run(Statement statement, Scope scope, Text.Builder out) {
        switch (statement) {
            case Statement.Data(Text text) -> out.add(budget.counted(text));
            case Statement.Output(Expression expression) ->
                out.add(budget.counted(values.string(evaluate(expression, scope))));
            case Statement.If choice -> {
                return run(branch(choice, scope), scope, out);
            }
            case Statement.For loop -> loop(loop, scope, out);
            case Statement.Set set -> assign(set.targets(), evaluate(set.value(), scope), scope);
            case Statement.SetBlock set ->
                assign(set.target(), filtered(captured(set.body(), scope.inner()), set.filters(), scope), scope);
            case Statement.FilterBlock block ->
                out.add(values.string(filtered(captured(block.body(), scope.inner()), block.filters(), scope)));
            case Statement.With with -> {
                Scope inner = scope.inner();
                with.variables().forEach(set -> assign(set.targets(), evaluate(set.value(), scope), inner));
                return run(with.body(), inner, out);
            }
            case Statement.Macro macro -> scope.variables().put(macro.name(), macro(macro, scope));
            case Statement.CallBlock block -> out.add(budget.counted(values.string(call(block, scope))));
            case Statement.Break() -> {
                return Ending.BREAK;
            }
            case Statement.Continue() -> {
                return Ending.CONTINUE;
            }
        }
        return Ending.NORMAL;
    }

    private List<Statement> branch(Statement.If choice, Scope scope) {
        for (Statement.If.Branch branch : choice.branches()) {
            if (Values.isTrue(evaluate(branch.condition(), scope))) {
                return branch.body();
            }
        }
        return choice.otherwise();
    }

    private Text captured(List<Statement> body, Scope scope) {
        Text.Builder out = new Text.Builder();
        run(body, scope, out);
        return out.build();
    }

    private Object filtered(Text text, List<Statement.Filter> chain, Scope scope) {
        Object value = text;
        for (Statement.Filter filter : chain) {
            value = filters.apply(filter.name(), value, arguments(filter.arguments(), scope));
        }
        return value;
    }

    private void loop(Statement.For loop, Scope scope, Text.Builder out) {
        List<Object> items = values.items(evaluate(loop.in(), scope));
        if (loop.condition().isPresent()) {
            Expression condition = loop.condition().get();
            items = items.stream()
                    .filter(item -> {
                        Scope each = scope.inner();
                        bind(loop.targets(), item, each);
                        return Values.isTrue(evaluate(condition, each));
                    })
                    .toList();
        }
        if (items.isEmpty()) {
            run(loop.otherwise(), scope.inner(), out);
            return;
        }
        long depth = scope.get("loop") instanceof Loop outer ? outer.depth() + 1 : 1;
        Loop variable = new Loop(values, items, depth);
        for (int i = 0; i < items.size(); i++) {
            variable.at(i);
            Scope each = scope.inner();
            each.variables().put("loop", variable);
            bind(loop.targets(), items.get(i), each);
            if (run(loop.body(), each, out) == Ending.BREAK) {
                return;
            }
        }
    }

    private void bind(List<String> targets, Object value, Scope scope) {
        if (targets.size() == 1) {
            scope.variables().put(targets.getFirst(), value);
            return;
        }
        List<Object> parts = parts(value, targets.size());
        for (int i = 0; i < targets.size(); i++) {
            scope.variables().put(targets.get(i), parts.get(i));
        }
    }

    private List<Object> parts(Object value, int count) {
        List<Object> parts = values.items(value);
        if (parts.size() != count) {
            throw new JinjaException(parts.size() + " values cannot be given to " + count + " variables");
        }
        return parts;
    }

    private void assign(List<Statement.Target> targets, Object value, Scope scope) {
        if (targets.size() == 1) {
            assign(targets.getFirst(), value, scope);
            return;
        }
        List<Object> parts = parts(value, targets.size());
        for (int i = 0; i < targets.size(); i++) {
            assign(targets.get(i), parts.get(i), scope);
        }
    }

    private static void assign(Statement.Target target, Object value, Scope scope) {
        if (target.attribute().isEmpty()) {
            scope.variables().put(target.name(), value);
        } else if (scope.get(target.name()) instanceof Namespace namespace) {
            namespace.set(target.attribute().get(), value);
        } else {
            throw new JinjaException("attributes can be set on a namespace only, and " + target.name() + " is none");
        }
    }

    private Callable macro(Statement.Macro macro, Scope scope) {
        return call -> {
            budget.enter();
            Scope inner = scope.inner();
            int place = 0;
            for (Statement.Macro.Parameter parameter : macro.parameters()) {
                Object standard = parameter
                        .standard()
                        .map(expression -> evaluate(expression, inner))
                        .orElseGet(() -> new Undefined(parameter.name()));
                inner.variables().put(parameter.name(), call.get(place++, parameter.name(), standard));
            }
            requireTaken(macro, call);
            if (call.named().get("caller") instanceof Callable caller) {
                inner.variables().put("caller", caller);
            }
            Text text = captured(macro.body(), inner);
            budget.leave();
            return text;
        };
    }

    private static void requireTaken(Statement.Macro macro, Call call) {
        List<Statement.Macro.Parameter> parameters = macro.parameters();
        int placed = call.positional().size();
        if (placed > parameters.size()) {
            throw new JinjaException("the macro " + macro.name() + " takes only " + parameters.size() + " arguments");
        }
        Set<String> free = parameters.stream()
                .skip(placed)
                .map(Statement.Macro.Parameter::name)
                .collect(Collectors.toSet());
        for (String name : call.named().keySet()) {
            if (!free.contains(name) && !name.equals("caller")) {
                throw new JinjaException("the macro " + macro.name() + " takes no further argument " + name);
            }
        }
    }

    private Object call(Statement.CallBlock block, Scope scope) {
        Call given = arguments(block.call().arguments(), scope);
        Map<String, Object> named = new LinkedHashMap<>(given.named());
        named.put("caller", macro(block.caller(), scope));
        return call(evaluate(block.call().function(), scope), new Call(given.positional(), named));
    }

    private Object call(Object function, Call call) {
        if (function instanceof Callable callable) {
            return callable.call(call);
        }
        throw Values.unfit("a call", function);
    }

    private Call arguments(Arguments arguments, Scope scope) {
        List<Object> positional = new ArrayList<>();
        arguments.positional().forEach(argument -> positional.add(evaluate(argument, scope)));
        arguments.rest().ifPresent(rest -> positional.addAll(values.items(evaluate(rest, scope))));
        Map<String, Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, argument) -> named.put(name, evaluate(argument, scope)));
        return new Call(positional, named);
    }

    private Object evaluate(Expression expression, Scope scope) {
        budget.enter();
        Object value = switch (expression) {
            case Expression.Constant(Object constant) -> constant;
            case Expression.Name(String name) -> scope.get(name);
            case Expression.ListOf(List<Expression> items) ->
                List.copyOf(items.stream().map(item -> evaluate(item, scope)).toList());
            case Expression.DictOf(var entries) -> {
                Map<Object, Object> dict = new LinkedHashMap<>();
                entries.forEach(entry ->
                        dict.put(Values.key(evaluate(entry.getKey(), scope)), evaluate(entry.getValue(), scope)));
                yield dict;
            }
            case Expression.Attribute(Expression of, String name) -> values.attribute(evaluate(of, scope), name);
            case Expression.Item(Expression of, Expression key) ->
                values.item(evaluate(of, scope), evaluate(key, scope));
            case Expression.Slice(Expression of, var from, var to, var step) ->
                values.slice(evaluate(of, scope), bound(from, scope), bound(to, scope), bound(step, scope));
            case Expression.Call(Expression function, Arguments arguments) ->
                call(evaluate(function, scope), arguments(arguments, scope));
            case Expression.Filter(Expression of, String name, Arguments arguments) ->
                filters.apply(name, evaluate(of, scope), arguments(arguments, scope));
            case Expression.Test(Expression of, String name, Arguments arguments) ->
                tests.holds(name, evaluate(of, scope), arguments(arguments, scope));
            case Expression.Not(Expression of) -> !Values.isTrue(evaluate(of, scope));
            case Expression.Sign(Expression of, boolean minus) ->
                minus ? values.binary("-", 0L, evaluate(of, scope)) : Numbers.of(evaluate(of, scope), "+");
            case Expression.And(Expression left, Expression right) -> {
                Object first = evaluate(left, scope);
                yield Values.isTrue(first) ? evaluate(right, scope) : first;
            }
            case Expression.Or(Expression left, Expression right) -> {
                Object first = evaluate(left, scope);
                yield Values.isTrue(first) ? first : evaluate(right, scope);
            }
            case Expression.Binary(String operator, Expression left, Expression right) ->
                values.binary(operator, evaluate(left, scope), evaluate(right, scope));
            case Comparison comparison -> holds(comparison, scope);
            case Expression.Choice(Expression condition, Expression then, var otherwise) ->
                Values.isTrue(evaluate(condition, scope))
                        ? evaluate(then, scope)
                        : otherwise.map(other -> evaluate(other, scope)).orElseGet(() -> new Undefined("else"));
        };
        budget.leave();
        return value;
    }

    private Object bound(Optional<Expression> bound, Scope scope) {
        return bound.map(expression -> evaluate(expression, scope)).orElse(None.NONE);
    }

    private boolean holds(Comparison comparison, Scope scope) {
        Object left = evaluate(comparison.first(), scope);
        for (Comparison.Operand operand : comparison.rest()) {
            Object right = evaluate(operand.value(), scope);
            boolean holds = switch (operand.operator()) {
                case "==" -> values.equal(left, right);
                case "!=" -> !values.equal(left, right);
                case "<" -> values.compare(left, right) < 0;
                case "<=" -> values.compare(left, right) <= 0;
                case ">" -> values.compare(left, right) > 0;
                case ">=" -> values.compare(left, right) >= 0;
                case "in" -> values.contains(right, left);
                case "not in" -> !values.contains(right, left);
                default -> throw new IllegalArgumentException(operand.operator());
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }
}
