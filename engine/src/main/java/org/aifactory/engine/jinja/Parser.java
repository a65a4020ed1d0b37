package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.engine.jinja.Statement.Macro;
import org.aifactory.engine.jinja.Statement.Target;
import org.aifactory.engine.jinja.Token.Kind;

/** Reads a template's statements; its expressions are read by {@link ExpressionParser}. */
final class Parser {
    /** Statements in one another; real templates have fewer than ten. */
    private static final int DEPTH_MAX = 50;

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int depth;

    private Parser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        TokenStream tokens = new TokenStream(Lexer.tokens(source));
        Parser parser = new Parser(tokens);
        List<Statement> statements = parser.body(Set.of());
        if (!tokens.current().is(Kind.END, "")) {
            throw tokens.unexpected();
        }
        return statements;
    }

    /** Statements up to a tag of one of these names, of which the name is the current token afterwards. */
    private List<Statement> body(Set<String> ends) {
        if (++depth > DEPTH_MAX) {
            throw JinjaException.at(tokens.line(), "it is nested too deeply");
        }
        List<Statement> statements = new ArrayList<>();
        while (tokens.current().kind() != Kind.END) {
            Token token = tokens.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(Text.of(token.value())));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statement.Output(expressions.tuple()));
                    tokens.expect(Kind.VARIABLE_END, "");
                }
                case BLOCK_BEGIN -> {
                    if (tokens.current().kind() == Kind.NAME
                            && ends.contains(tokens.current().value())) {
                        depth--;
                        return statements;
                    }
                    statements.addAll(statement());
                }
                default -> throw JinjaException.at(token.line(), "'" + token.value() + "' is not expected here");
            }
        }
        if (!ends.isEmpty()) {
            throw JinjaException.at(tokens.line(), "the template ends where one of " + ends + " is expected");
        }
        depth--;
        return statements;
    }

    private List<Statement> blockBody(String end) {
        tokens.expect(Kind.BLOCK_END, "");
        List<Statement> body = body(Set.of(end));
        tokens.next();
        return body;
    }

    private List<Statement> statement() {
        Token name = tokens.next();
        List<Statement> statements = switch (name.value()) {
            case "if" -> List.of(ifStatement());
            case "for" -> List.of(forStatement());
            case "set" -> List.of(setStatement());
            case "macro" -> List.of(macro());
            case "call" -> List.of(callBlock());
            case "filter" -> List.of(filterBlock());
            case "with" -> List.of(with());
            // Marks what the assistant says, for transformers' masks; ours come from the origins.
            case "generation" -> blockBody("endgeneration");
            case "break" -> List.of(new Statement.Break());
            case "continue" -> List.of(new Statement.Continue());
            default ->
                throw JinjaException.at(name.line(), "the tag '" + name.value() + "' is not known to chat templates");
        };
        tokens.expect(Kind.BLOCK_END, "");
        return statements;
    }

    private Statement ifStatement() {
        List<Statement.If.Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        String tag = "if";
        while (!tag.equals("endif")) {
            if (tag.equals("else")) {
                otherwise = blockBody("endif");
                break;
            }
            Expression condition = expressions.bareTuple();
            tokens.expect(Kind.BLOCK_END, "");
            branches.add(new Statement.If.Branch(condition, body(Set.of("elif", "else", "endif"))));
            tag = tokens.next().value();
        }
        return new Statement.If(branches, otherwise);
    }

    private Statement forStatement() {
        List<String> targets = new ArrayList<>();
        boolean parenthesis = tokens.skip(Kind.OPERATOR, "(");
        do {
            targets.add(tokens.expect(Kind.NAME).value());
        } while (tokens.skip(Kind.OPERATOR, ","));
        if (parenthesis) {
            tokens.expect(Kind.OPERATOR, ")");
        }
        tokens.expect(Kind.NAME, "in");
        Expression in = expressions.bareTuple();
        Optional<Expression> condition =
                tokens.skip(Kind.NAME, "if") ? Optional.of(expressions.expression()) : Optional.empty();
        tokens.expect(Kind.BLOCK_END, "");
        List<Statement> body = body(Set.of("else", "endfor"));
        List<Statement> otherwise = tokens.next().value().equals("else") ? blockBody("endfor") : List.of();
        return new Statement.For(targets, in, condition, body, otherwise);
    }

    private Statement setStatement() {
        List<Target> targets = new ArrayList<>();
        do {
            String name = tokens.expect(Kind.NAME).value();
            Optional<String> attribute = tokens.skip(Kind.OPERATOR, ".")
                    ? Optional.of(tokens.expect(Kind.NAME).value())
                    : Optional.empty();
            targets.add(new Target(name, attribute));
        } while (tokens.skip(Kind.OPERATOR, ","));
        if (tokens.skip(Kind.OPERATOR, "=")) {
            return new Statement.Set(targets, expressions.tuple());
        }
        List<Statement.Filter> filters = tokens.skip(Kind.OPERATOR, "|") ? filters() : List.of();
        return new Statement.SetBlock(targets.getFirst(), filters, blockBody("endset"));
    }

    private List<Statement.Filter> filters() {
        List<Statement.Filter> filters = new ArrayList<>();
        do {
            String name = expressions.dottedName();
            filters.add(new Statement.Filter(name, expressions.optionalArguments()));
        } while (tokens.skip(Kind.OPERATOR, "|"));
        return filters;
    }

    private Statement filterBlock() {
        return new Statement.FilterBlock(filters(), blockBody("endfilter"));
    }

    private Statement with() {
        List<Statement.Set> variables = new ArrayList<>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            Target target = new Target(tokens.expect(Kind.NAME).value(), Optional.empty());
            tokens.expect(Kind.OPERATOR, "=");
            variables.add(new Statement.Set(List.of(target), expressions.expression()));
            tokens.skip(Kind.OPERATOR, ",");
        }
        return new Statement.With(variables, blockBody("endwith"));
    }

    private Statement macro() {
        String name = tokens.expect(Kind.NAME).value();
        return new Macro(name, parameters(), blockBody("endmacro"));
    }

    private Statement callBlock() {
        List<Macro.Parameter> parameters = tokens.current().is(Kind.OPERATOR, "(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw JinjaException.at(tokens.line(), "{% call %} needs the call of a macro");
        }
        return new Statement.CallBlock(call, new Macro("caller", parameters, blockBody("endcall")));
    }

    private List<Macro.Parameter> parameters() {
        Map<String, Macro.Parameter> parameters = new LinkedHashMap<>();
        tokens.expect(Kind.OPERATOR, "(");
        while (!tokens.skip(Kind.OPERATOR, ")")) {
            String name = tokens.expect(Kind.NAME).value();
            Optional<Expression> standard =
                    tokens.skip(Kind.OPERATOR, "=") ? Optional.of(expressions.expression()) : Optional.empty();
            parameters.put(name, new Macro.Parameter(name, standard));
            if (!tokens.current().is(Kind.OPERATOR, ")")) {
                tokens.expect(Kind.OPERATOR, ",");
            }
        }
        return List.copyOf(parameters.values());
    }
}
