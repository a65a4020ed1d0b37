package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.jinja.Token.Kind;

/**
 * Cuts a template's source into tokens, with white space around tags treated as by Jinja2 with {@code trim_blocks} and
 * {@code lstrip_blocks}: the line break after a tag is dropped, and so is the white space before a tag that begins its line.
 */
final class Lexer {
    private static final List<String> OPERATORS = List.of(
            "==", "!=", ">=", "<=", "//", "**", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");
    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    private boolean atLineStart = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                data(source.substring(at));
                at = source.length();
            } else {
                tag(tag);
            }
        }
        add(Kind.END, "");
    }

    private int nextTag() {
        int tag = source.indexOf('{', at);
        while (tag >= 0 && (tag + 1 == source.length() || "%{#".indexOf(source.charAt(tag + 1)) < 0)) {
            tag = source.indexOf('{', tag + 1);
        }
        return tag;
    }

    private void add(Kind kind, String value) {
        while (counted < at) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
            counted++;
        }
        tokens.add(new Token(kind, value, line));
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private boolean here(String text) {
        return source.startsWith(text, at);
    }

    private char signAt(int index) {
        char sign = index < source.length() ? source.charAt(index) : ' ';
        return sign == '-' || sign == '+' ? sign : ' ';
    }

    private void tag(int tag) {
        char type = source.charAt(tag + 1);
        char sign = signAt(tag + 2);
        data(before(source.substring(at, tag), sign, type != '{'));
        at = tag + (sign == ' ' ? 2 : 3);
        switch (type) {
            case '#' -> comment();
            case '{' -> {
                add(Kind.VARIABLE_BEGIN, "");
                expression("}}", Kind.VARIABLE_END);
            }
            default -> block();
        }
    }

    /** What is left of the text before a tag. */
    private String before(String text, char sign, boolean isBlock) {
        if (sign == '-') {
            return text.substring(0, Python.spaceStart(text, text.length()));
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean beginsLine = lineStart > 0 || atLineStart;
        boolean isSpace = lineStart < text.length() && Python.spaceStart(text, text.length()) <= lineStart;
        return sign == ' ' && isBlock && beginsLine && isSpace ? text.substring(0, lineStart) : text;
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw JinjaException.at(line, "a comment has no end");
        }
        char sign = end > at ? signAt(end - 1) : ' ';
        at = end + 2;
        after(sign, true);
    }

    private void block() {
        int name = Python.spaceEnd(source, at);
        if (source.startsWith("raw", name)) {
            int end = Python.spaceEnd(source, name + 3);
            if (source.startsWith("%}", end) || source.startsWith("-%}", end)) {
                raw(end);
                return;
            }
        }
        add(Kind.BLOCK_BEGIN, "");
        expression("%}", Kind.BLOCK_END);
    }

    private void raw(int tagEnd) {
        boolean strips = source.charAt(tagEnd) == '-';
        at = tagEnd + (strips ? 3 : 2);
        after(strips ? '-' : '+', false);
        int tag = source.indexOf("{%", at);
        while (tag >= 0) {
            char sign = signAt(tag + 2);
            int name = Python.spaceEnd(source, tag + (sign == ' ' ? 2 : 3));
            int end = Python.spaceEnd(source, name + 6);
            char endSign = signAt(end);
            int close = endSign == ' ' ? end : end + 1;
            if (source.startsWith("endraw", name) && source.startsWith("%}", close)) {
                data(before(source.substring(at, tag), sign, true));
                at = close + 2;
                after(endSign, true);
                return;
            }
            tag = source.indexOf("{%", tag + 2);
        }
        throw JinjaException.at(line, "{% raw %} has no {% endraw %}");
    }

    /** Goes past what a tag takes from the text after it. */
    private void after(char sign, boolean trimsLineBreak) {
        int start = at;
        if (sign == '-') {
            at = Python.spaceEnd(source, at);
        } else if (sign == ' ' && trimsLineBreak && here("\n")) {
            at++;
        }
        atLineStart = at > start && source.charAt(at - 1) == '\n';
    }

    private void expression(String close, Kind end) {
        StringBuilder open = new StringBuilder();
        while (true) {
            at = Python.spaceEnd(source, at);
            if (at == source.length()) {
                throw JinjaException.at(line, "a tag has no end");
            }
            char sign = signAt(at);
            boolean signed = sign == '-' || (sign == '+' && end == Kind.BLOCK_END);
            if (open.isEmpty() && source.startsWith(close, signed ? at + 1 : at)) {
                add(end, "");
                at += signed ? 3 : 2;
                after(signed ? sign : ' ', end == Kind.BLOCK_END);
                return;
            }
            token(open);
        }
    }

    private void token(StringBuilder open) {
        char character = source.charAt(at);
        if (character == '\'' || character == '"') {
            string(character);
        } else if (character >= '0' && character <= '9') {
            number();
        } else if (Character.isUnicodeIdentifierStart(source.codePointAt(at)) || character == '_') {
            int end = at;
            while (end < source.length()
                    && (Character.isUnicodeIdentifierPart(source.codePointAt(end)) || source.charAt(end) == '_')) {
                end += Character.charCount(source.codePointAt(end));
            }
            take(Kind.NAME, end);
        } else {
            operator(open);
        }
    }

    private void take(Kind kind, int end) {
        String value = source.substring(at, end);
        add(kind, value);
        at = end;
    }

    private void operator(StringBuilder open) {
        String operator = OPERATORS.stream()
                .filter(this::here)
                .findFirst()
                .orElseThrow(
                        () -> JinjaException.at(line, "the character " + source.charAt(at) + " is not understood"));
        if (OPENING.contains(operator)) {
            open.append(CLOSING.charAt(OPENING.indexOf(operator)));
        } else if (CLOSING.contains(operator)) {
            if (open.isEmpty() || open.charAt(open.length() - 1) != operator.charAt(0)) {
                throw JinjaException.at(line, "there is a " + operator + " too many");
            }
            open.setLength(open.length() - 1);
        }
        take(Kind.OPERATOR, at + operator.length());
    }

    private void number() {
        int end = digits(at);
        boolean isFloat = false;
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        if (!afterDot && end + 1 < source.length() && source.charAt(end) == '.' && isDigit(end + 1)) {
            isFloat = true;
            end = digits(end + 1);
        }
        if (!afterDot && end < source.length() && (source.charAt(end) == 'e' || source.charAt(end) == 'E')) {
            int exponent = signAt(end + 1) == ' ' ? end + 1 : end + 2;
            if (isDigit(exponent)) {
                isFloat = true;
                end = digits(exponent);
            }
        }
        String value = source.substring(at, end).replace("_", "");
        add(isFloat ? Kind.FLOAT : Kind.INTEGER, value);
        at = end;
    }

    private boolean isDigit(int index) {
        return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '9';
    }

    private int digits(int from) {
        int end = from;
        while (isDigit(end) || (end > from && end < source.length() && source.charAt(end) == '_' && isDigit(end + 1))) {
            end++;
        }
        return end;
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw JinjaException.at(line, "a string has no end");
        }
        add(Kind.STRING, Python.unescaped(source.substring(at + 1, end)));
        at = end + 1;
    }
}
