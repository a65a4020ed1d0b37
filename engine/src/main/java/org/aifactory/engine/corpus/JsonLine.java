package org.aifactory.engine.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.aifactory.engine.chat.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One line of a JSONL file: {@code {"text": …}} or {@code {"messages": [{"role": …, "content": …}, …]}}. */
final class JsonLine {
    static final int LINE_BYTES_MAX = 1 << 26;

    private static final Set<String> ROLES = Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT);
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LINE_BYTES_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLine() {}

    /** What a line holds: a text or a conversation, one of the two. */
    sealed interface Content {
        /** UTF-8 bytes of the text, or of what is said in the conversation. */
        long utf8Bytes();

        record Text(String text) implements Content {
            @Override
            public long utf8Bytes() {
                return Utf8.length(text);
            }
        }

        record Turns(List<Message> messages) implements Content {
            @Override
            public long utf8Bytes() {
                return messages.stream()
                        .mapToLong(message -> Utf8.length(message.content()))
                        .sum();
            }
        }
    }

    /** Why a line cannot be used, to be completed with the file and the line number. */
    static final class BrokenLineException extends Exception {
        BrokenLineException(String message) {
            super(message);
        }
    }

    static Content parse(String line) throws BrokenLineException {
        JsonNode root = tree(line);
        JsonNode text = root.get("text");
        JsonNode messages = root.get("messages");
        if (text != null && messages == null && text.isString()) {
            return new Content.Text(Utf8.withoutLoneSurrogates(text.stringValue()));
        }
        if (messages != null && text == null && messages.isArray()) {
            return new Content.Turns(turns(messages));
        }
        throw new BrokenLineException(
                "is neither a document {\"text\": \"…\"} nor a conversation {\"messages\": [{\"role\": \"…\", \"content\": \"…\"}, …]}");
    }

    private static JsonNode tree(String line) throws BrokenLineException {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            // The library's own words speak of its settings and classes.
            TokenStreamLocation where = e.getLocation();
            String from =
                    where == null || where.getColumnNr() < 1 ? "" : " from character " + where.getColumnNr() + " on";
            throw new BrokenLineException("is not valid JSON" + from + " (each line must be one JSON object)");
        }
    }

    private static List<Message> turns(JsonNode messages) throws BrokenLineException {
        List<Message> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            turns.add(turn(message));
        }
        if (turns.stream().noneMatch(turn -> turn.role().equals(Message.ASSISTANT))) {
            throw new BrokenLineException(
                    "is a conversation without an assistant's turn, so nothing could be learned from it");
        }
        return turns;
    }

    private static Message turn(JsonNode message) throws BrokenLineException {
        String role = string(message.get("role"));
        String content = string(message.get("content"));
        if (role == null || content == null) {
            throw new BrokenLineException("has a message whose \"role\" or \"content\" is not a string");
        }
        if (!ROLES.contains(role)) {
            throw new BrokenLineException(
                    "has a message of the role \"" + role + "\"; only system, user and assistant are known");
        }
        return new Message(role, Utf8.withoutLoneSurrogates(content));
    }

    private static @Nullable String string(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }
}
