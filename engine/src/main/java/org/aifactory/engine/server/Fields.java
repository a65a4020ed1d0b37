package org.aifactory.engine.server;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object that a client has sent, read field by field. What cannot be used is refused by the field's name; a field that is null
 * counts as absent.
 *
 * @param path of the object within the request, with a dot behind it; empty for the request itself
 */
record Fields(ObjectNode object, String path) {

    /** A field, or null where it is absent. */
    @Nullable
    JsonNode get(String field) {
        JsonNode node = object.get(field);
        return node == null || node.isNull() ? null : node;
    }

    @Nullable
    String text(String field) {
        JsonNode node = get(field);
        if (node != null && !node.isString()) {
            throw wrong(field, "a string");
        }
        return node == null ? null : node.stringValue();
    }

    boolean flag(String field) {
        JsonNode node = get(field);
        if (node != null && !node.isBoolean()) {
            throw wrong(field, "true or false");
        }
        return node != null && node.booleanValue();
    }

    /** A whole number; one above the range of an int counts as the largest of them. */
    int integer(String field, int absent, int min, int max) {
        JsonNode node = get(field);
        if (node == null) {
            return absent;
        }
        String range = max == Integer.MAX_VALUE
                ? "a whole number of at least " + min
                : "a whole number from " + min + " to " + max;
        if (!node.isIntegralNumber()) {
            throw wrong(field, range);
        }
        BigInteger value = node.bigIntegerValue();
        boolean isAbove = value.compareTo(BigInteger.valueOf(max)) > 0;
        if (value.compareTo(BigInteger.valueOf(min)) < 0 || (isAbove && max < Integer.MAX_VALUE)) {
            throw wrong(field, range);
        }
        return isAbove ? max : value.intValueExact();
    }

    long integer(String field, long absent) {
        JsonNode node = get(field);
        if (node == null) {
            return absent;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(field, "a whole number of 64 bits");
        }
        return node.longValue();
    }

    double number(String field, double absent, double min, double max) {
        JsonNode node = get(field);
        if (node == null) {
            return absent;
        }
        double value = node.isNumber() ? node.doubleValue() : Double.NaN;
        if (!(value >= min && value <= max)) {
            throw wrong(field, "a number from " + plain(min) + " to " + plain(max));
        }
        return value;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }

    /** The objects of a list. */
    ApiError wrong(String field, String expected) {
        return ApiError.invalid(path + field, "'" + path + field + "' must be " + expected + ".");
    }
}
