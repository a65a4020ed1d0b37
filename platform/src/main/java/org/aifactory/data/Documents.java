package org.aifactory.data;

/**
 * How many documents the engine would find: {@code .txt} and {@code .md} files and lines {@code {"text": …}} of {@code .jsonl} files,
 * and lines {@code {"messages": […]}} of the latter.
 */
public record Documents(long texts, long conversations) {
    static final Documents NONE = new Documents(0, 0);

    Documents plus(Documents other) {
        return new Documents(texts + other.texts, conversations + other.conversations);
    }
}
