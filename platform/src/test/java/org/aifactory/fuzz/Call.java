package org.aifactory.fuzz;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.aifactory.fuzz.Description.Operation;

/**
 * A request as it is sent, to the letter.
 *
 * @param path values of the variables in the path, percent-encoded already, like those of the query
 * @param body empty to send none
 */
record Call(
        Operation operation,
        Person caller,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        Content body) {

    /** What stands in a body: fields of an object, each as JSON, or anything else as a whole. */
    sealed interface Content {
        record None() implements Content {}

        record Fields(Map<String, String> json) implements Content {
            String toJson() {
                return json.entrySet().stream()
                        .map(field -> Draw.quoted(field.getKey()) + ": " + field.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
            }
        }

        @SuppressWarnings("ArrayRecordComponent")
        record Raw(byte[] bytes) implements Content {}
    }

    private byte[] bytes() {
        return switch (body) {
            case Content.None() -> new byte[0];
            case Content.Raw(byte[] bytes) -> bytes;
            case Content.Fields fields -> fields.toJson().getBytes(StandardCharsets.UTF_8);
        };
    }

    URI address(String platform) {
        String filled = operation.path();
        for (Map.Entry<String, String> variable : path.entrySet()) {
            filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
        }
        String asked = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
        return URI.create(platform + filled + (asked.isEmpty() ? "" : "?" + asked));
    }

    HttpRequest request(String platform, Duration patience) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(platform)).timeout(patience);
        headers.forEach(request::header);
        caller.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        byte[] bytes = bytes();
        return request.method(
                        operation.method(),
                        bytes.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes))
                .build();
    }

    /** The same for a shell. */
    String curl(String platform) {
        List<String> words = new ArrayList<>(List.of("curl", "-isS", "-X", operation.method()));
        caller.token().ifPresent(token -> words.addAll(List.of("-H", "'Authorization: Bearer " + token + "'")));
        headers.forEach((name, value) -> words.addAll(List.of("-H", "'" + name + ": " + value + "'")));
        byte[] bytes = bytes();
        if (bytes.length > 0) {
            words.addAll(List.of("--data-binary", shell(bytes)));
        }
        words.add("'" + address(platform) + "'");
        return String.join(" ", words).replaceAll("x{10000}", "'\"\\$(printf 'x%.0s' {1..10000})\"'") + "   # as "
                + caller.name();
    }

    private static String shell(byte[] bytes) {
        StringBuilder word = new StringBuilder("$'");
        for (byte one : bytes) {
            if (one >= ' ' && one < 0x7F && one != '\'' && one != '\\') {
                word.append((char) one);
            } else {
                word.append(String.format("\\x%02x", one));
            }
        }
        return word.append('\'').toString();
    }

    /** Each with something less. */
    List<Call> smaller() {
        List<Call> calls = new ArrayList<>();
        without(query).forEach(fewer -> calls.add(new Call(operation, caller, path, fewer, headers, body)));
        without(headers).forEach(fewer -> calls.add(new Call(operation, caller, path, query, fewer, body)));
        switch (body) {
            case Content.None() -> {}
            case Content.Fields(Map<String, String> json) -> {
                calls.add(with(new Content.None()));
                without(json).forEach(fewer -> calls.add(with(new Content.Fields(fewer))));
            }
            case Content.Raw(byte[] bytes) -> {
                calls.add(with(new Content.None()));
                if (bytes.length > 1) {
                    calls.add(with(new Content.Raw(java.util.Arrays.copyOf(bytes, bytes.length / 2))));
                }
            }
        }
        return calls;
    }

    private Call with(Content other) {
        return new Call(operation, caller, path, query, headers, other);
    }

    private static List<Map<String, String>> without(Map<String, String> all) {
        return all.keySet().stream()
                .map(key -> {
                    Map<String, String> fewer = new LinkedHashMap<>(all);
                    fewer.remove(key);
                    return fewer;
                })
                .toList();
    }
}
