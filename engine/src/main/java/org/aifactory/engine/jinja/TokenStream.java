package org.aifactory.engine.jinja;

import java.util.List;
import org.aifactory.engine.jinja.Token.Kind;

/** Tokens in order, with a look at the one to come. */
final class TokenStream {
    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    int line() {
        return current().line();
    }

    /** The current token, which is passed; the end stays. */
    Token next() {
        Token token = current();
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    /** Passes the current token if it is this one. */
    boolean skip(Kind kind, String value) {
        boolean found = current().is(kind, value);
        if (found) {
            next();
        }
        return found;
    }

    void expect(Kind kind, String value) {
        if (!skip(kind, value)) {
            throw unexpected();
        }
    }

    Token expect(Kind kind) {
        if (current().kind() != kind) {
            throw unexpected();
        }
        return next();
    }

    JinjaException unexpected() {
        Token token = current();
        String what = switch (token.kind()) {
            case END -> "the end of the template";
            case VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END -> "the edge of a tag";
            case DATA -> "text";
            default -> "'" + token.value() + "'";
        };
        return JinjaException.at(token.line(), what + " is not expected here");
    }
}
