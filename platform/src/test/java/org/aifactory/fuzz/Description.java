package org.aifactory.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a stranger's program learns from the description of the API. */
final class Description {
    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();

    Description(JsonNode document) {
        this.document = document;
        document.get("paths")
                .forEachEntry((path, methods) ->
                        methods.forEachEntry((method, operation) -> operations.add(read(path, method, operation))));
    }

    /** @param in path, query or header */
    record Parameter(String name, String in, boolean required, JsonNode schema) {}

    record Body(String mediaType, JsonNode schema) {}

    record Operation(String method, String path, List<Parameter> parameters, Optional<Body> body) {
        String name() {
            return method + " " + path;
        }

        boolean isStream() {
            return path.endsWith("/events");
        }
    }

    List<Operation> operations() {
        return operations;
    }

    /** What a reference refers to. */
    JsonNode resolved(JsonNode schema) {
        JsonNode found = schema;
        while (found.has("$ref")) {
            found = document.at(found.get("$ref").asString().substring(1));
        }
        return found;
    }

    private Operation read(String path, String method, JsonNode operation) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            parameters.add(new Parameter(
                    parameter.get("name").asString(),
                    parameter.get("in").asString(),
                    parameter.path("required").asBoolean(false),
                    parameter.path("schema")));
        }
        List<Body> bodies = new ArrayList<>();
        operation
                .at("/requestBody/content")
                .forEachEntry((type, content) -> bodies.add(new Body(type, content.path("schema"))));
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                parameters,
                bodies.stream().findFirst());
    }
}
