package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.Client.Answer;
import org.aifactory.access.Awards;
import org.aifactory.data.Sender;
import org.aifactory.federation.Partition;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Ledger;
import org.aifactory.models.TinyRuns;
import org.aifactory.training.Lab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Every route of the API's description is called by everybody that there is, on what belongs to one organisation. Who is let in, who
 * is told that they may not, and who is told that there is nothing, stands in {@code routes.txt}; a route that does not stand there
 * fails this test.
 */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern VARIABLE = Pattern.compile("[{$]\\{?([a-z]+)}");

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    private final Map<Who, Client> callers = new EnumMap<>(Who.class);
    private final Map<String, Supplier<String>> shared = new HashMap<>();
    private final Map<String, Supplier<String>> fresh = new HashMap<>();
    private @Nullable Partition partition;
    private Client owner;
    private String organisation;

    /** Who calls: nobody, somebody of another organisation, those of the organisation, and those who work for the programme. */
    private enum Who {
        NOBODY,
        STRANGER,
        VIEWER,
        MEMBER,
        OWNER,
        OPERATOR,
        REVIEWER,
        ADMINISTRATOR,
        OFFICER
    }

    /** What a caller is to be answered. */
    private enum Expected {
        /** Not that they may not, nor that there is nothing; what is wrong with the request is another matter. */
        IN,
        SIGN_IN,
        NOT_ALLOWED,
        NOTHING
    }

    /**
     * A line of the table.
     *
     * @param mayBeGone whether what is asked for need not be there, also for those who are let in
     */
    private record Route(
            String method, String path, Map<Who, Expected> expected, boolean mayBeGone, String query, String body) {
        String name() {
            return method + " " + path;
        }
    }

    @BeforeAll
    void everybody_and_everything_there_is() {
        owner = clients.founder("Olga");
        organisation = owner.organisation();
        callers.put(Who.NOBODY, clients.nobody());
        callers.put(Who.STRANGER, clients.founder("Stranger"));
        callers.put(Who.OWNER, owner);
        callers.put(Who.MEMBER, joined("MEMBER"));
        callers.put(Who.VIEWER, joined("VIEWER"));
        callers.put(Who.REVIEWER, withDuty(Duty.REVIEWER));
        callers.put(Who.ADMINISTRATOR, withDuty(Duty.ADMINISTRATOR));
        Client operator = clients.founder("Operator");
        callers.put(Who.OPERATOR, operator);
        Client officer = clients.founder("Officer");
        callers.put(Who.OFFICER, officer);
        organisations.found(person(officer), "Programme office", OrganisationKind.PROGRAMME_OFFICE, "FI");
        String factory = organisations
                .found(person(operator), "Factory", OrganisationKind.FACTORY, "FI")
                .toString();

        Partition place = partitions.gpus(1_000_000);
        partitions.give(place, factory);
        partition = place;
        Lab lab = new Lab(owner, jdbc, ledger, 3_600_000);
        JsonNode model = TinyRuns.train(lab, "Routes");
        Sender sender = new Sender(owner);
        String dataset = sender.dataset("Routes " + UUID.randomUUID());
        String version = sender.version(dataset, sender.upload("a.txt", "A text."))
                .json(201)
                .get("id")
                .asString();
        String key = chatKey();

        shared.put("organisation", () -> organisation);
        shared.put("slug", place::slug);
        shared.put("dataset", () -> dataset);
        shared.put("content", () -> version.replaceFirst(".*:", ""));
        shared.put("version", () -> version);
        shared.put("upload", () -> sender.announce("b.txt", 10).json(201).get("id").asString());
        shared.put("partition", place::slug);
        shared.put("allocation", () -> lab.allocation);
        shared.put("run", () -> model.get("run").asString());
        shared.put("model", () -> model.get("id").asString());
        shared.put("key", () -> key);
        shared.put("mode", () -> "playground");
        shared.put("duty", () -> "EXPERT");
        shared.put("code", () -> "no-such-code");
        shared.put("random", () -> UUID.randomUUID().toString());
        shared.put("application", this::application);
        fresh.put("allocation", () -> new Lab(owner, jdbc, ledger, 3600).allocation);
        fresh.put("application", this::application);
        fresh.put("dataset", () -> sender.dataset("Fresh " + UUID.randomUUID()));
        fresh.put("key", this::chatKey);
        fresh.put("person", () -> person(joined("VIEWER")).toString());
        fresh.put("invitation", () -> invite("VIEWER").at("/invitation/id").asString());
        fresh.put("token", () -> owner.post("/api/tokens", Map.of("name", "fresh"))
                .json(201)
                .get("id")
                .asString());
        fresh.put("maintenance", () -> operator.post("/api/machines/" + place.slug() + "/maintenance", Map.of(
                        "from", "2100-01-01T00:00:00Z", "until", "2100-01-02T00:00:00Z", "reason", "test"))
                .json(201)
                .get("id")
                .asString());
        fresh.put("filling", () -> operator.post("/api/partitions/" + place.slug() + "/fillings", Map.of(
                        "hours", 1, "unit", "GPU_HOUR", "reason", "test"))
                .json(201)
                .get("entry")
                .asString());
    }

    @Test
    void everybody_is_let_in_where_they_belong_and_nowhere_else() throws IOException {
        Map<String, Route> table = table();
        Set<String> described = described();
        Set<String> unknown = new TreeSet<>(described);
        unknown.removeAll(table.keySet());
        assertThat(unknown).as("Routes that do not stand in routes.txt: say who may do it").isEmpty();
        Set<String> gone = new TreeSet<>(table.keySet());
        gone.removeAll(described);
        assertThat(gone).as("Routes in routes.txt that are no more").isEmpty();

        List<String> faults = new ArrayList<>();
        for (Route route : table.values()) {
            for (Who who : Who.values()) {
                Answer answer = call(route, who);
                if (!isAsExpected(answer, Objects.requireNonNull(route.expected().get(who)), route.mayBeGone())) {
                    faults.add(route.name() + " by " + who + ": expected " + route.expected().get(who) + " and got "
                            + answer.status() + " " + answer.body().lines().findFirst().orElse(""));
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static boolean isAsExpected(Answer answer, Expected expected, boolean mayBeGone) {
        return switch (expected) {
            case IN ->
                answer.status() < 500
                        && answer.status() != 401
                        && answer.status() != 403
                        && answer.status() != 405
                        && answer.status() != 415
                        && (mayBeGone || answer.status() != 404);
            case SIGN_IN -> answer.status() == 401;
            case NOT_ALLOWED -> answer.status() == 403;
            case NOTHING -> answer.status() == 404;
        };
    }

    private Answer call(Route route, Who who) {
        Client caller = Objects.requireNonNull(callers.get(who));
        Map<String, String> values = new HashMap<>();
        boolean uses = route.expected().get(who) == Expected.IN && !route.method().equals("GET");
        String path = filled(route.path(), values, uses);
        String query = filled(route.query(), values, uses);
        HttpRequest.Builder request = caller.request(path + query).timeout(PATIENCE);
        if (path.startsWith("/api/uploads")) {
            request.header("Tus-Resumable", "1.0.0")
                    .header("Upload-Length", "10")
                    .header("Upload-Offset", "0")
                    .header("Upload-Metadata", "filename " + Sender.base64("c.txt"));
        }
        boolean part = route.method().equals("PATCH");
        if (part || !route.body().isEmpty()) {
            request.header("Content-Type", part ? "application/offset+octet-stream" : "application/json");
        }
        String body = filled(route.body(), values, uses);
        return caller.send(request.method(
                route.method(), body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    /** What is used up is made anew for everybody who may use it up. */
    private String filled(String template, Map<String, String> values, boolean anew) {
        Matcher variable = VARIABLE.matcher(template);
        return variable.replaceAll(match -> Matcher.quoteReplacement(values.computeIfAbsent(
                match.group(1), name -> value(name, anew).get())));
    }

    private Supplier<String> value(String name, boolean anew) {
        Supplier<String> lasting = shared.get(name);
        Supplier<String> used = fresh.get(name);
        if (used != null && (anew || lasting == null)) {
            return used;
        }
        return lasting == null ? () -> UUID.randomUUID().toString() : lasting;
    }

    /** METHOD PATH WHO [?QUERY] [BODY], with what is not known by its name in the path renamed by {name=other}. */
    private static Map<String, Route> table() throws IOException {
        Map<String, Route> table = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RoutesTest.class.getResourceAsStream("/routes.txt")), StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    Route route = route(line);
                    table.put(route.name(), route);
                }
            }
        }
        return table;
    }

    private static Route route(String line) {
        String[] words = line.strip().split("\\s+", 4);
        String rest = words.length > 3 ? words[3] : "";
        String query = rest.startsWith("?") ? rest.split("\\s+", 2)[0] : "";
        String body = rest.substring(query.length()).strip();
        boolean mayBeGone = words[2].endsWith("~");
        return new Route(words[0], words[1], expected(words[2].replace("~", "")), mayBeGone, query, body);
    }

    /** A kind, then those who are let in beside it: {@code see+reviewer}; {@code !reviewer} for who is told that they may not. */
    private static Map<Who, Expected> expected(String words) {
        List<String> parts = List.of(words.split("(?=[+!])"));
        Map<Who, Expected> expected = kind(parts.getFirst());
        for (String part : parts.subList(1, parts.size())) {
            expected.put(
                    Who.valueOf(part.substring(1).toUpperCase(java.util.Locale.ROOT)),
                    part.startsWith("+") ? Expected.IN : Expected.NOT_ALLOWED);
        }
        return expected;
    }

    private static Map<Who, Expected> kind(String kind) {
        Map<Who, Expected> expected = new EnumMap<>(Who.class);
        for (Who who : Who.values()) {
            expected.put(who, kind(kind, who));
        }
        return expected;
    }

    private static Expected kind(String kind, Who who) {
        if (kind.equals("open")) {
            return Expected.IN;
        }
        if (who == Who.NOBODY) {
            return Expected.SIGN_IN;
        }
        boolean inside = who == Who.VIEWER || who == Who.MEMBER || who == Who.OWNER;
        return switch (kind) {
            case "person" -> Expected.IN;
            case "nothing" -> Expected.NOTHING;
            case "see" -> inside ? Expected.IN : Expected.NOTHING;
            case "change" -> inside ? (who == Who.VIEWER ? Expected.NOT_ALLOWED : Expected.IN) : Expected.NOTHING;
            case "own" -> inside ? (who == Who.OWNER ? Expected.IN : Expected.NOT_ALLOWED) : Expected.NOTHING;
            case "mine" -> who == Who.OWNER ? Expected.IN : Expected.NOTHING;
            // Of what everybody may see.
            case "operator" -> who == Who.OPERATOR ? Expected.IN : Expected.NOT_ALLOWED;
            case "administrator" -> who == Who.ADMINISTRATOR ? Expected.IN : Expected.NOT_ALLOWED;
            case "officer" -> who == Who.OFFICER ? Expected.IN : Expected.NOT_ALLOWED;
            default -> throw new IllegalArgumentException("Nobody knows who “" + kind + "” is.");
        };
    }

    private Set<String> described() {
        Set<String> routes = new HashSet<>();
        JsonNode paths = clients.nobody().get("/v3/api-docs").json(200).get("paths");
        paths.propertyNames()
                .forEach(path -> paths.get(path)
                        .propertyNames()
                        .forEach(method -> routes.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));
        return routes;
    }

    private Client joined(String role) {
        Client person = clients.founder(role.charAt(0) + role.substring(1).toLowerCase(java.util.Locale.ROOT));
        person.post("/api/invitations/accept", Map.of("code", invite(role).get("code").asString()))
                .json(200);
        return person;
    }

    private JsonNode invite(String role) {
        return owner.post(
                        "/api/organisations/" + organisation + "/invitations",
                        Map.of("email", "somebody@example.org", "role", role))
                .json(201);
    }

    private Client withDuty(Duty duty) {
        Client person = clients.founder("Person");
        people.give(person(person), duty);
        return person;
    }

    /** Of so much time that people decide it. */
    private String application() {
        return awards.apply(owner, Objects.requireNonNull(partition), 20_000).json(201).get("id").asString();
    }

    private String chatKey() {
        return owner.post("/api/chat/keys", Map.of("organisation", organisation, "name", "routes"))
                .json(201)
                .get("id")
                .asString();
    }

    private static PersonId person(Client client) {
        return Awards.personOf(client);
    }
}
