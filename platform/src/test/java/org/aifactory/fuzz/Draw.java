package org.aifactory.fuzz;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.fuzz.Call.Content;
import org.aifactory.fuzz.Description.Body;
import org.aifactory.fuzz.Description.Operation;
import org.aifactory.fuzz.Description.Parameter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Draws calls of an operation: some as they should be, most with something that is wrong in one place, some with nothing right. All chance
 * comes from one source, so that a seed draws the same again as long as the answers are the same.
 */
final class Draw {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_DEPTH = 4;

    private final Random random;
    private final Description description;
    private final Known known;
    private Operation operation;
    private Person caller;

    Draw(Random random, Description description, Known known, Operation first, Person nobody) {
        this.random = random;
        this.description = description;
        this.known = known;
        this.operation = first;
        this.caller = nobody;
    }

    /** How much is wrong with a call. */
    private enum Mood {
        RIGHT,
        ONE_FAULT,
        WRONG,
        BROKEN
    }

    Call call(Operation of, Person by) {
        operation = of;
        caller = by;
        Mood mood = mood();
        Map<String, String> path = new LinkedHashMap<>();
        Map<String, String> query = new LinkedHashMap<>();
        Map<String, String> headers = new LinkedHashMap<>();
        List<Runnable> spoilers = new ArrayList<>();
        for (Parameter parameter : of.parameters()) {
            Map<String, String> place = switch (parameter.in()) {
                case "path" -> path;
                case "query" -> query;
                default -> headers;
            };
            if (parameter.required() || chance(parameter.in().equals("header") ? 10 : 40)) {
                place.put(parameter.name(), encoded(parameter, plain(value(parameter.schema(), parameter.name(), 0))));
            }
            spoilers.add(() -> spoil(place, parameter));
        }
        if (path.containsKey("content")) {
            known.own("version", by.organisation(), random).ifPresent(version -> {
                path.put("dataset", version.split(":", -1)[0]);
                path.put("content", version.split(":", -1)[1]);
            });
        }
        Content body = body(mood, headers, spoilers);
        switch (mood) {
            case RIGHT -> {}
            case ONE_FAULT, BROKEN -> {
                if (!spoilers.isEmpty()) {
                    spoilers.get(random.nextInt(spoilers.size())).run();
                }
            }
            case WRONG -> spoilers.forEach(Runnable::run);
        }
        if (chance(mood == Mood.RIGHT ? 5 : 12)) {
            Map.Entry<String, String> extra = one(Oddities.HEADERS);
            headers.put(extra.getKey(), extra.getValue());
        }
        return new Call(of, by, path, query, headers, body);
    }

    private Mood mood() {
        int dice = random.nextInt(100);
        return dice < 40 ? Mood.RIGHT : dice < 80 ? Mood.ONE_FAULT : dice < 90 ? Mood.WRONG : Mood.BROKEN;
    }

    private void spoil(Map<String, String> place, Parameter parameter) {
        if (chance(20) && !parameter.in().equals("path")) {
            place.remove(parameter.name());
        } else if (parameter.in().equals("header")) {
            place.put(parameter.name(), header(one(Oddities.TEXTS)));
        } else {
            place.put(
                    parameter.name(),
                    switch (random.nextInt(8)) {
                        case 0 -> "%FF%FE";
                        case 1 -> "%ED%A0%80";
                        case 2 -> encode(plain(one(Oddities.NUMBERS)));
                        case 3 ->
                            encode(UUID.nameUUIDFromBytes(new byte[] {(byte) random.nextInt()})
                                    .toString());
                        default -> encode(one(Oddities.TEXTS));
                    });
        }
    }

    private Content body(Mood mood, Map<String, String> headers, List<Runnable> spoilers) {
        if (operation.method().equals("PATCH")) {
            headers.put("Content-Type", mood == Mood.BROKEN ? one(Oddities.TYPES) : "application/offset+octet-stream");
            return new Content.Raw(new byte[random.nextInt(mood == Mood.RIGHT ? 5 : 5000)]);
        }
        if (operation.body().isEmpty()) {
            return mood == Mood.BROKEN && chance(50)
                    ? new Content.Raw(one(Oddities.BROKEN).getBytes(StandardCharsets.UTF_8))
                    : new Content.None();
        }
        Body wanted = operation.body().get();
        headers.put("Content-Type", wanted.mediaType());
        if (mood == Mood.BROKEN) {
            return broken(headers);
        }
        JsonNode schema = description.resolved(wanted.schema());
        Map<String, String> fields = fields(schema, 0);
        schema.path("properties").propertyNames().forEach(name -> spoilers.add(() -> spoilField(schema, fields, name)));
        if (chance(10)) {
            fields.put(one(List.of("unknown", "__proto__", "@class", "", "id")), one(Oddities.OTHERS));
        }
        return new Content.Fields(fields);
    }

    private Content broken(Map<String, String> headers) {
        if (chance(40)) {
            headers.put("Content-Type", one(Oddities.TYPES));
        }
        return switch (random.nextInt(5)) {
            case 0 -> new Content.Raw(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '"', (byte) 0xFF, '"', '}'});
            case 1 -> duplicated();
            case 2 -> new Content.Raw("{}".getBytes(StandardCharsets.UTF_16));
            default -> new Content.Raw(one(Oddities.BROKEN).getBytes(StandardCharsets.UTF_8));
        };
    }

    private Content duplicated() {
        String text = fields(description.resolved(operation.body().orElseThrow().schema()), 0).entrySet().stream()
                .map(field -> quoted(field.getKey()) + ":" + field.getValue() + "," + quoted(field.getKey()) + ":null")
                .reduce((one, other) -> one + "," + other)
                .orElse("\"a\":1,\"a\":2");
        return new Content.Raw(("{" + text + "}").getBytes(StandardCharsets.UTF_8));
    }

    private void spoilField(JsonNode schema, Map<String, String> fields, String name) {
        JsonNode property = description.resolved(schema.path("properties").path(name));
        if (chance(15)) {
            fields.remove(name);
            return;
        }
        String type = type(property);
        fields.put(
                name,
                chance(30) || type.equals("object") || type.equals("array") || type.equals("boolean")
                        ? spoiltWhole(property)
                        : number(type) ? one(Oddities.NUMBERS) : harmless(name, one(Oddities.TEXTS)));
    }

    /** A value of another kind, or one whose inside is wrong. */
    private String spoiltWhole(JsonNode property) {
        if (property.has("properties") && chance(60)) {
            Map<String, String> inside = fields(property, 1);
            property.get("properties").propertyNames().forEach(name -> {
                if (chance(40)) {
                    spoilField(property, inside, name);
                }
            });
            return new Call.Content.Fields(inside).toJson();
        }
        if (property.has("items") && chance(60)) {
            JsonNode items = description.resolved(property.get("items"));
            return "[" + (chance(50) ? value(items, "", 1) + ", " : "") + spoiltWhole(items) + "]";
        }
        if (property.has("additionalProperties") && chance(60)) {
            return "{" + quoted(one(Oddities.TEXTS)) + ": "
                    + (chance(50) ? one(Oddities.OTHERS) : quoted(one(Oddities.TEXTS))) + "}";
        }
        return one(Oddities.OTHERS);
    }

    private Map<String, String> fields(JsonNode schema, int depth) {
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        Map<String, String> fields = new LinkedHashMap<>();
        schema.path("properties").forEachEntry((name, property) -> {
            if (required.contains(name) || usual(name) || chance(30)) {
                fields.put(name, value(property, name, depth + 1));
            }
        });
        return fields;
    }

    /** Without these most requests are refused for the same reason. */
    private static boolean usual(String name) {
        return switch (name) {
            case "organisation",
                    "partition",
                    "hours",
                    "project",
                    "profile",
                    "allocation",
                    "recipe",
                    "command",
                    "minutes",
                    "title",
                    "purpose",
                    "models",
                    "messages",
                    "prompt",
                    "model",
                    "answers" -> true;
            default -> false;
        };
    }

    /** Something that should be right, as JSON. */
    private String value(JsonNode reference, String name, int depth) {
        JsonNode schema = description.resolved(reference);
        if (schema.has("enum")) {
            List<String> words =
                    schema.get("enum").valueStream().map(JsonNode::asString).toList();
            return quoted(name.equals("kind") && words.contains("COMPANY") ? "COMPANY" : one(words));
        }
        return switch (type(schema)) {
            case "boolean" -> Boolean.toString(random.nextInt(4) > 0);
            case "integer", "number" -> amount(schema, name);
            case "array" ->
                depth > MOST_DEPTH || (name.equals("models") && chance(80))
                        ? "[]"
                        : "[" + value(schema.path("items"), Known.singular(name), depth + 1) + "]";
            case "object" -> object(schema, name, depth);
            default -> text(schema, name);
        };
    }

    private String object(JsonNode schema, String name, int depth) {
        if (name.equals("profile")) {
            return "{\"staff\": 4, \"turnover\": 0}";
        }
        if (name.equals("answers")) {
            return chance(50) ? "{}" : "{\"software\": \"PyTorch on 64 cores.\"}";
        }
        if (name.equals("environment") || name.equals("secrets")) {
            return chance(70) ? "{}" : "{\"WORD\": \"a word\"}";
        }
        if (name.equals("dataset")) {
            return quoted(name("version"));
        }
        return depth > MOST_DEPTH ? "{}" : new Content.Fields(fields(schema, depth)).toJson();
    }

    private String amount(JsonNode schema, String name) {
        return switch (name) {
            case "minutes" -> "0.0" + (1 + random.nextInt(9));
            case "hours" -> one(List.of("0.01", "1", "0.5", "2", "20000"));
            case "memoryBytes" -> "200000000";
            case "limit" -> "100000000000";
            case "gpus" -> "0";
            case "nodes" -> "1";
            case "before" -> Long.toString(Long.MAX_VALUE);
            default -> Long.toString(Math.max(schema.path("minimum").asLong(1), 1) + random.nextInt(2));
        };
    }

    private String text(JsonNode schema, String name) {
        if (schema.path("format").asString("").equals("date-time")) {
            return quoted(Instant.parse("2027-01-01T00:00:00Z")
                    .plus(random.nextInt(500), ChronoUnit.DAYS)
                    .toString());
        }
        return quoted(
                switch (name) {
                    case "email", "owner" -> "nobody-" + random.nextInt(1000) + "@example.org";
                    case "password" -> Client.PASSWORD;
                    case "country" -> "FI";
                    case "licence" -> one(List.of("MIT", "CC0-1.0", "Apache-2.0"));
                    case "language" -> "en";
                    case "mode" -> "playground";
                    case "recipe" -> chance(80) ? "command" : one(List.of("chatbot", "finetune"));
                    case "command" -> one(List.of("true", "echo a word", "exit 3", "sleep 1", "seq 1000"));
                    case "confirm" -> chance(20) ? "Fuzz" : caller.email();
                    case "partition" -> chance(80) ? "local-cpu" : name("partition.slug");
                    case "role" -> "user";
                    case "path" -> one(List.of("made.txt", "text.txt", "config.json", "", "a/b"));
                    case "Upload-Length" -> Integer.toString(random.nextInt(30));
                    case "Upload-Offset" -> one(List.of("0", "0", "1", "10"));
                    case "Upload-Metadata" ->
                        one(List.of("filename dGV4dC50eHQ=", "filename YS56aXA=", "filename Yi9jLmpzb25s"));
                    case "Upload-Checksum" -> "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
                    case "subject" -> one(List.of("*", "Handbook", name("person")));
                    case "format" -> one(List.of("huggingface", "gguf"));
                    case "code",
                            "name",
                            "title",
                            "purpose",
                            "reason",
                            "summary",
                            "results",
                            "publications",
                            "description" -> words(name);
                    default -> isName(schema, name) ? name(kind(name)) : words(name);
                });
    }

    private String words(String name) {
        String word = one(List.of("Fuzz", "Handbook", "A few words", "낱말 몇 개"));
        // A model may be made public, and what is said of it with it.
        boolean plain = caller.secret().isEmpty()
                || name.equals("code")
                || operation.path().equals("/api/models/{model}");
        return plain || chance(50) ? word : word + " " + caller.secret();
    }

    private static boolean isName(JsonNode schema, String name) {
        return schema.path("format").asString("").equals("uuid")
                || List.of("slug", "content", "id", "run", "model", "dataset", "base")
                        .contains(name);
    }

    private String kind(String name) {
        String[] parts = operation.path().split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].equals("{" + name + "}") && (name.equals("id") || name.equals("slug"))) {
                return Known.singular(parts[i - 1]) + (name.equals("slug") ? ".slug" : "");
            }
        }
        return name.equals("base") ? "version" : name;
    }

    private String name(String kind) {
        if (kind.equals("organisation") && chance(80)) {
            return caller.organisation();
        }
        int dice = random.nextInt(100);
        // What happens on the way to the factories' operator goes to a factory that nobody in this test needs.
        if (operation.path().endsWith("/operator")) {
            return one(List.of("lumi", "leonardo", "no-such-factory"));
        }
        // Whoever keeps the platform in order goes on doing so.
        if (operation.path().startsWith("/api/appointments/")) {
            return UUID.nameUUIDFromBytes(new byte[] {(byte) dice}).toString();
        }
        if (dice < 50 && kind.equals("partition.slug")) {
            return "local-cpu";
        }
        return (dice < 75 ? known.own(kind, caller.organisation(), random) : known.anybodys(kind, random))
                .or(() -> known.anybodys(kind, random))
                .orElseGet(
                        () -> UUID.nameUUIDFromBytes(new byte[] {(byte) dice}).toString());
    }

    /** Programs are run: what is drawn for them does nothing to the computer. */
    private static String harmless(String name, String text) {
        return quoted(name.equals("command") && !text.isBlank() ? "true # " + text.replaceAll("[\r\n]", " ") : text);
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asString() : type.asString(schema.has("properties") ? "object" : "string");
    }

    private static boolean number(String type) {
        return type.equals("integer") || type.equals("number");
    }

    private String encoded(Parameter parameter, String value) {
        return parameter.in().equals("header") ? header(value) : encode(value);
    }

    /** As it stands in a path or query. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Java's client sends no others. */
    private static String header(String text) {
        return text.replaceAll("[^\\x20-\\x7E]", "?").strip();
    }

    private static String plain(String json) {
        return json.startsWith("\"") ? JSON.readTree(json).asString() : json;
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
