package org.aifactory.engine.jinja;

import java.math.BigInteger;
import java.util.List;

/** Python's numbers: {@link Long}, which may not grow further, {@link Double}, and {@link Boolean} as 0 and 1. */
final class Numbers {
    private Numbers() {}

    static long whole(Object value, String operation) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            default -> throw Values.unfit(operation, value);
        };
    }

    static int index(Object value, String operation) {
        return Math.clamp(whole(value, operation), -Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    static Object of(Object value, String operation) {
        return switch (value) {
            case Boolean flag -> flag ? 1L : 0L;
            case Long number -> number;
            case Double number -> number;
            default -> throw Values.unfit(operation, value);
        };
    }

    static double real(Object value, String operation) {
        return ((Number) of(value, operation)).doubleValue();
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static int compare(Object left, Object right) {
        Object a = of(left, "<");
        Object b = of(right, "<");
        return a instanceof Long x && b instanceof Long y
                ? Long.compare(x, y)
                : Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
    }

    static Object absolute(Object value) {
        try {
            return switch (of(value, "abs")) {
                case Long number -> Math.absExact(number);
                case Object number -> Math.abs(((Number) number).doubleValue());
            };
        } catch (ArithmeticException impossible) {
            throw tooLarge();
        }
    }

    private static JinjaException tooLarge() {
        return new JinjaException("a number is too large or divided by zero");
    }

    static Object calculated(String operator, Object left, Object right) {
        Object a = of(left, operator);
        Object b = of(right, operator);
        try {
            return a instanceof Long x && b instanceof Long y && !operator.equals("/")
                    ? calculated(operator, x.longValue(), y.longValue())
                    : calculated(operator, ((Number) a).doubleValue(), ((Number) b).doubleValue());
        } catch (ArithmeticException impossible) {
            throw tooLarge();
        }
    }

    private static Object calculated(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDivExact(left, right);
            case "%" -> Math.floorMod(left, right);
            case "**" -> right < 0 ? (Object) Math.pow(left, right) : (Object) power(left, right);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static long power(long base, long exponent) {
        if (base > -2 && base < 2) {
            return exponent == 0 || (base == -1 && exponent % 2 == 0) ? 1 : base;
        }
        if (exponent >= Long.SIZE) {
            throw new ArithmeticException();
        }
        return BigInteger.valueOf(base).pow((int) exponent).longValueExact();
    }

    private static Object calculated(String operator, double left, double right) {
        if (right == 0 && List.of("/", "//", "%").contains(operator)) {
            throw new ArithmeticException();
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            case "**" -> Math.pow(left, right);
            default -> throw new IllegalArgumentException(operator);
        };
    }
}
