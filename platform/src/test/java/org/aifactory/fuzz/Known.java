package org.aifactory.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Names of things that earlier answers have told, by kind and by whose they are. */
final class Known {
    private static final int KEPT = 40;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}(:[0-9a-f]{64})?|[0-9a-f]{64}");
    /** These open something, and are nobody else's to send. */
    private static final Set<String> SECRET = Set.of("token", "code", "secret");

    private final Map<String, Map<String, List<String>>> byKind = new HashMap<>();

    /** @param kind what the answer is about, in the singular */
    synchronized void learn(String kind, String organisation, JsonNode answer) {
        if (answer.isObject()) {
            answer.forEachEntry((field, value) -> learnField(kind, organisation, field, value));
        } else if (answer.isArray()) {
            answer.valueStream().limit(KEPT).forEach(each -> learn(kind, organisation, each));
        } else if (answer.isString() && NAME.matcher(answer.asString()).matches()) {
            add(kind, organisation, answer.asString());
        }
    }

    private void learnField(String kind, String organisation, String field, JsonNode value) {
        if (field.equals("slug") && value.isString()) {
            add(kind + ".slug", organisation, value.asString());
        } else if (field.equals("id")) {
            learn(kind, organisation, value);
        } else if (!SECRET.contains(field)) {
            learn(singular(field), organisation, value);
        }
    }

    private void add(String kind, String organisation, String name) {
        // A version's name has two parts, by which it is asked for.
        if (name.contains(":")) {
            keep("version", organisation, name);
        }
        keep(kind, organisation, name);
    }

    private void keep(String kind, String organisation, String name) {
        List<String> names = byKind.computeIfAbsent(kind, _ -> new HashMap<>())
                .computeIfAbsent(organisation, _ -> new ArrayList<>());
        if (!names.contains(name)) {
            names.add(name);
            if (names.size() > KEPT) {
                names.removeFirst();
            }
        }
    }

    synchronized Optional<String> own(String kind, String organisation, Random random) {
        return pick(byKind.getOrDefault(kind, Map.of()).getOrDefault(organisation, List.of()), random);
    }

    synchronized Optional<String> anybodys(String kind, Random random) {
        return pick(
                byKind.getOrDefault(kind, Map.of()).values().stream()
                        .flatMap(List::stream)
                        .sorted()
                        .toList(),
                random);
    }

    private static Optional<String> pick(List<String> names, Random random) {
        return names.isEmpty() ? Optional.empty() : Optional.of(names.get(random.nextInt(names.size())));
    }

    static String singular(String plural) {
        return switch (plural) {
            case "people", "members", "member", "applicant", "maker" -> "person";
            case "factories" -> "factory";
            case "memberships" -> "organisation";
            case "storage" -> "organisation";
            default ->
                plural.endsWith("s") && !plural.endsWith("ss") ? plural.substring(0, plural.length() - 1) : plural;
        };
    }
}
