package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.aifactory.engine.jinja.Expression.Arguments;
import org.aifactory.engine.jinja.Token.Kind;

/** Reads expressions, with Jinja2's own order of operators, which is not Python's. */
final class ExpressionParser {
    /** Expressions in one another: room for any real template, and far from the end of a thread's stack. */
    private static final int DEPTH_MAX = 60;

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<Kind> TEST_ARGUMENTS = Set.of(Kind.NAME, Kind.STRING, Kind.INTEGER, Kind.FLOAT);
    private static final Set<String> NO_TEST_ARGUMENTS = Set.of("else", "or", "and", "is", "if", "in", "not");

    private final TokenStream tokens;
    private int depth;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    private boolean operator(String operator) {
        return tokens.current().is(Kind.OPERATOR, operator);
    }

    private boolean skipOperator(String operator) {
        return tokens.skip(Kind.OPERATOR, operator);
    }

    private boolean skipName(String name) {
        return tokens.skip(Kind.NAME, name);
    }

    private Expression nested(Supplier<Expression> inside) {
        if (++depth > DEPTH_MAX) {
            throw JinjaException.at(tokens.line(), "an expression is nested too deeply");
        }
        Expression expression = inside.get();
        depth--;
        return expression;
    }

    /** One expression, or several with commas between, which make a tuple. */
    Expression tuple() {
        return commas(this::expression);
    }

    /** The same, where {@code if} does not belong to the expression. */
    Expression bareTuple() {
        return commas(this::or);
    }

    private Expression commas(Supplier<Expression> each) {
        Expression first = each.get();
        if (!operator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (skipOperator(",") && startsExpression()) {
            items.add(each.get());
        }
        return new Expression.ListOf(items);
    }

    private boolean startsExpression() {
        Token token = tokens.current();
        return switch (token.kind()) {
            case NAME -> !token.value().equals("if") && !token.value().equals("in");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> Set.of("(", "[", "{", "+", "-").contains(token.value());
            default -> false;
        };
    }

    Expression expression() {
        return nested(this::choice);
    }

    private Expression choice() {
        Expression value = or();
        while (skipName("if")) {
            Expression condition = or();
            Optional<Expression> otherwise = skipName("else") ? Optional.of(expression()) : Optional.empty();
            value = new Expression.Choice(condition, value, otherwise);
        }
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (skipName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (skipName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        return skipName("not") ? new Expression.Not(nested(this::not)) : comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        List<Expression.Comparison.Operand> rest = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.value())) {
                tokens.next();
                rest.add(new Expression.Comparison.Operand(token.value(), sum()));
            } else if (skipName("in")) {
                rest.add(new Expression.Comparison.Operand("in", sum()));
            } else if (token.is(Kind.NAME, "not")) {
                tokens.next();
                tokens.expect(Kind.NAME, "in");
                rest.add(new Expression.Comparison.Operand("not in", sum()));
            } else {
                return rest.isEmpty() ? first : new Expression.Comparison(first, rest);
            }
        }
    }

    private Expression sum() {
        return leftToRight(List.of("+", "-"), this::concatenation);
    }

    private Expression concatenation() {
        return leftToRight(List.of("~"), this::product);
    }

    private Expression product() {
        return leftToRight(List.of("*", "/", "//", "%"), this::power);
    }

    private Expression power() {
        return leftToRight(List.of("**"), () -> unary(true));
    }

    private Expression leftToRight(List<String> operators, Supplier<Expression> operand) {
        Expression left = operand.get();
        while (tokens.current().kind() == Kind.OPERATOR
                && operators.contains(tokens.current().value())) {
            String operator = tokens.next().value();
            left = new Expression.Binary(operator, left, operand.get());
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        if (operator("-") || operator("+")) {
            boolean minus = tokens.next().value().equals("-");
            Expression signed = new Expression.Sign(nested(() -> unary(false)), minus);
            return withFilters ? filtered(signed) : signed;
        }
        Expression value = postfix(primary());
        return withFilters ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> name(token.value());
            case STRING -> {
                StringBuilder text = new StringBuilder(token.value());
                while (tokens.current().kind() == Kind.STRING) {
                    text.append(tokens.next().value());
                }
                yield new Expression.Constant(Text.of(text.toString()));
            }
            case INTEGER -> new Expression.Constant(whole(token));
            case FLOAT -> new Expression.Constant(Double.parseDouble(token.value()));
            case OPERATOR ->
                switch (token.value()) {
                    case "(" -> parenthesis();
                    case "[" -> new Expression.ListOf(expressionsUntil("]"));
                    case "{" -> dict();
                    default -> throw unexpected(token);
                };
            default -> throw unexpected(token);
        };
    }

    private static JinjaException unexpected(Token token) {
        return JinjaException.at(token.line(), "a value is expected, not '" + token.value() + "'");
    }

    private static Long whole(Token token) {
        try {
            return Long.parseLong(token.value());
        } catch (NumberFormatException tooLarge) {
            throw JinjaException.at(token.line(), "the number " + token.value() + " is too large");
        }
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Constant(true);
            case "false", "False" -> new Expression.Constant(false);
            case "none", "None" -> new Expression.Constant(None.NONE);
            default -> new Expression.Name(name);
        };
    }

    private Expression parenthesis() {
        if (skipOperator(")")) {
            return new Expression.ListOf(List.of());
        }
        Expression inside = tuple();
        tokens.expect(Kind.OPERATOR, ")");
        return inside;
    }

    private List<Expression> expressionsUntil(String end) {
        List<Expression> items = new ArrayList<>();
        while (!skipOperator(end)) {
            items.add(expression());
            if (!operator(end)) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return items;
    }

    private Expression dict() {
        List<Map.Entry<Expression, Expression>> entries = new ArrayList<>();
        while (!skipOperator("}")) {
            Expression key = expression();
            tokens.expect(Kind.OPERATOR, ":");
            entries.add(Map.entry(key, expression()));
            if (!operator("}")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return new Expression.DictOf(entries);
    }

    private Expression postfix(Expression value) {
        Expression result = value;
        while (true) {
            if (skipOperator(".")) {
                Token name = tokens.next();
                result = switch (name.kind()) {
                    case NAME -> new Expression.Attribute(result, name.value());
                    case INTEGER -> new Expression.Item(result, new Expression.Constant(whole(name)));
                    default -> throw unexpected(name);
                };
            } else if (skipOperator("[")) {
                result = subscript(result);
            } else if (operator("(")) {
                result = new Expression.Call(result, arguments());
            } else {
                return result;
            }
        }
    }

    private Expression subscript(Expression of) {
        Optional<Expression> from = sliceBound();
        if (!operator(":")) {
            tokens.expect(Kind.OPERATOR, "]");
            return new Expression.Item(of, from.orElseThrow(tokens::unexpected));
        }
        tokens.next();
        Optional<Expression> to = sliceBound();
        Optional<Expression> step = skipOperator(":") ? sliceBound() : Optional.empty();
        tokens.expect(Kind.OPERATOR, "]");
        return new Expression.Slice(of, from, to, step);
    }

    private Optional<Expression> sliceBound() {
        return operator(":") || operator("]") ? Optional.empty() : Optional.of(expression());
    }

    private Expression filtered(Expression value) {
        Expression result = value;
        while (true) {
            if (skipOperator("|")) {
                String name = dottedName();
                result = new Expression.Filter(result, name, optionalArguments());
            } else if (skipName("is")) {
                result = test(result);
            } else if (operator("(")) {
                result = new Expression.Call(result, arguments());
            } else {
                return result;
            }
        }
    }

    String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).value());
        while (skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).value());
        }
        return name.toString();
    }

    private Expression test(Expression value) {
        boolean negated = skipName("not");
        String name = dottedName();
        Token next = tokens.current();
        Arguments arguments = Arguments.NONE;
        if (operator("(")) {
            arguments = arguments();
        } else if ((TEST_ARGUMENTS.contains(next.kind()) && !NO_TEST_ARGUMENTS.contains(next.value()))
                || operator("[")
                || operator("{")) {
            arguments = Arguments.of(List.of(postfix(primary())));
        }
        Expression test = new Expression.Test(value, name, arguments);
        return negated ? new Expression.Not(test) : test;
    }

    Arguments optionalArguments() {
        return operator("(") ? arguments() : Arguments.NONE;
    }

    private Arguments arguments() {
        tokens.expect(Kind.OPERATOR, "(");
        List<Expression> positional = new ArrayList<>();
        Optional<Expression> rest = Optional.empty();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!skipOperator(")")) {
            boolean star = rest.isEmpty() && skipOperator("*");
            Expression argument = expression();
            if (star) {
                rest = Optional.of(argument);
            } else if (argument instanceof Expression.Name(String name) && skipOperator("=")) {
                named.put(name, expression());
            } else if (named.isEmpty() && rest.isEmpty()) {
                positional.add(argument);
            } else {
                throw JinjaException.at(tokens.line(), "an argument by its place follows others");
            }
            if (!operator(")")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return new Arguments(positional, rest, named);
    }
}
