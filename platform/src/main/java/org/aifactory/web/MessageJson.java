package org.aifactory.web;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages as databases keep them: {@code {"key": "access.decision.policy", "arguments": []}}. */
final class MessageJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    private MessageJson() {}

    static String write(Message message) {
        return node(message).toString();
    }

    static Message read(String json) {
        return message(JSON.readTree(json));
    }

    static String writeArguments(List<Object> arguments) {
        return nodes(arguments).toString();
    }

    static List<Object> readArguments(String json) {
        return arguments(JSON.readTree(json));
    }

    private static ObjectNode node(Message message) {
        ObjectNode node = JSON.createObjectNode().put("key", message.key());
        node.set("arguments", nodes(message.arguments()));
        return node;
    }

    private static ArrayNode nodes(List<Object> all) {
        ArrayNode arguments = JSON.createArrayNode();
        for (Object argument : all) {
            switch (argument) {
                case Message part -> arguments.add(node(part));
                case LocalDate day -> arguments.addObject().put("day", day.toString());
                case Instant time -> arguments.addObject().put("time", time.toString());
                case BigDecimal number -> arguments.add(number);
                case Integer number -> arguments.add(number);
                case Long number -> arguments.add(number);
                default -> arguments.add(argument.toString());
            }
        }
        return arguments;
    }

    private static Message message(JsonNode node) {
        return new Message(node.path("key").asString(), arguments(node.path("arguments")));
    }

    private static List<Object> arguments(JsonNode nodes) {
        List<Object> arguments = new ArrayList<>();
        for (JsonNode argument : nodes) {
            arguments.add(argument(argument));
        }
        return arguments;
    }

    private static Object argument(JsonNode node) {
        if (node.has("key")) {
            return message(node);
        }
        if (node.has("day")) {
            return LocalDate.parse(node.path("day").asString());
        }
        if (node.has("time")) {
            return Instant.parse(node.path("time").asString());
        }
        if (node.isIntegralNumber()) {
            BigInteger number = node.bigIntegerValue();
            return number.bitLength() < Long.SIZE ? number.longValue() : new BigDecimal(number);
        }
        return node.isNumber() ? node.decimalValue() : node.asString();
    }
}
