package org.aifactory.client.server;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.aifactory.client.terminal.Plain;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A JSON value that a server sent, read leniently: what is missing or of another kind is empty, and what is not known is passed over, so
 * that this program and a server of another age understand each other. Texts are safe to show on a terminal.
 */
public record Reply(JsonNode node) {
    public static final Reply NOTHING = new Reply(MissingNode.getInstance());

    public Reply get(String field) {
        return new Reply(node.path(field));
    }

    /** Whether there is a value, and it is not null. */
    public boolean has(String field) {
        return node.path(field).isValueNode()
                ? !node.path(field).isNull()
                : node.path(field).isContainer();
    }

    public boolean isEmpty() {
        return node.isMissingNode() || node.isNull() || (node.isContainer() && node.isEmpty());
    }

    /** One line; empty where there is none. */
    public String text(String field) {
        return get(field).text();
    }

    public String text() {
        return node.isValueNode() ? Plain.line(node.asString("")) : "";
    }

    /** Several lines; empty where there are none. */
    public String lines(String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() ? Plain.lines(value.asString("")) : "";
    }

    /** As it came, for sending it back. */
    public String raw(String field) {
        return node.path(field).asString("");
    }

    public long number(String field) {
        return node.path(field).asLong(0);
    }

    public double real(String field) {
        return node.path(field).asDouble(Double.NaN);
    }

    public BigDecimal decimal(String field) {
        return node.path(field).asDecimal(BigDecimal.ZERO);
    }

    public boolean flag(String field) {
        return node.path(field).asBoolean(false);
    }

    public Optional<Instant> time(String field) {
        try {
            return Optional.of(Instant.parse(node.path(field).asString("")));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    /** The elements of an array; none where there is no array. */
    public List<Reply> list(String field) {
        return get(field).list();
    }

    public List<Reply> list() {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false)
                        .map(Reply::new)
                        .toList()
                : List.of();
    }

    public List<String> texts(String field) {
        return list(field).stream().map(Reply::text).toList();
    }

    /** The fields of an object in their order; none where there is no object. */
    public Map<String, Reply> fields(String field) {
        Map<String, Reply> fields = new LinkedHashMap<>();
        node.path(field)
                .properties()
                .forEach(entry -> fields.put(Plain.line(entry.getKey()), new Reply(entry.getValue())));
        return fields;
    }
}
