package org.aifactory.engine.server;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.chat.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The messages of a chat request. */
final class Conversation {
    private static final String FIELD = "messages";
    /** What an assistant's message may hold beside words, in conversations with other models. */
    private static final List<String> UNSUPPORTED = List.of("tool_calls", "function_call", "audio");

    private Conversation() {}

    static List<Message> read(Fields request, int max) {
        JsonNode list = request.get(FIELD);
        if (list == null || !list.isArray() || list.isEmpty() || list.size() > max) {
            throw request.wrong(FIELD, "a list of 1 to " + max + " messages");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String path = FIELD + "[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode object)) {
                throw request.wrong(path, "an object with a role and a content");
            }
            messages.add(message(new Fields(object, path + ".")));
        }
        return messages;
    }

    private static Message message(Fields fields) {
        for (String name : UNSUPPORTED) {
            JsonNode node = fields.get(name);
            if (node != null && !(node.isArray() && node.isEmpty())) {
                throw ApiError.unsupported(fields.path() + name);
            }
        }
        return new Message(role(fields), content(fields));
    }

    private static String role(Fields fields) {
        return switch (fields.text("role")) {
            case "system", "developer" -> Message.SYSTEM;
            case "user" -> Message.USER;
            case "assistant" -> Message.ASSISTANT;
            case null, default -> throw fields.wrong("role", "system, developer, user or assistant");
        };
    }

    private static String content(Fields fields) {
        JsonNode content = fields.get("content");
        if (content == null || (!content.isString() && !content.isArray())) {
            throw fields.wrong("content", "a string or a list of text parts");
        }
        if (content.isString()) {
            return content.stringValue();
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            parts.add(part(fields, i, content.get(i)));
        }
        return String.join("\n", parts);
    }

    private static String part(Fields fields, int index, JsonNode part) {
        String path = "content[" + index + "]";
        if (!part.path("type").asString("").equals("text")) {
            throw fields.wrong(path + ".type", "text; this model reads nothing else");
        }
        if (!part.path("text").isString()) {
            throw fields.wrong(path + ".text", "a string");
        }
        return part.path("text").stringValue();
    }
}
