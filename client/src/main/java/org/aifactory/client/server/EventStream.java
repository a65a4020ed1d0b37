package org.aifactory.client.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Events as a server sends them (text/event-stream), read one by one as they come. */
public final class EventStream implements AutoCloseable {
    private static final int LONGEST_EVENT = 1 << 22;

    private final BufferedReader reader;
    private String lastId = "";

    EventStream(InputStream stream) {
        this.reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** @param name {@code message} where the server gave none */
    public record Event(String id, String name, String data) {}

    /**
     * The next event; empty at the end of the stream.
     *
     * @throws IOException when the connection breaks
     */
    public Optional<Event> next() throws IOException {
        String name = "message";
        StringBuilder data = new StringBuilder();
        boolean hasData = false;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty()) {
                if (hasData) {
                    return Optional.of(new Event(lastId, name, data.toString()));
                }
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "id" -> lastId = value;
                case "event" -> name = value;
                case "data" -> {
                    if (data.length() + value.length() > LONGEST_EVENT) {
                        throw new IOException("the server sent an event without an end");
                    }
                    data.append(hasData ? "\n" : "").append(value);
                    hasData = true;
                }
                default -> {} // Comments, which keep the connection awake, and what is not known.
            }
        }
        return Optional.empty();
    }

    public String lastId() {
        return lastId;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
