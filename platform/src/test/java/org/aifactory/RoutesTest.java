package org.aifactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.Client.Answer;
import org.aifactory.access.Awards;
import org.aifactory.data.Sender;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Partition;
import org.aifactory.federation.TestPartitions;
import org.aifactory.hosting.Consortiums;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.ledger.Ledger;
import org.aifactory.programme.Office;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Every route of the API's description is called by everybody that there is, with what belongs to one organisation. Who is let in, who
 * is told that they may not, and who is told that there is nothing, stands in {@code routes.txt}; a route that does not stand there
 * fails this test.
 *
 * <p>Of those who are let in, only the reading is tried here: what writing does is told by each module's own tests.
 */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern VARIABLE = Pattern.compile("\\$?\\{([a-z]+)}");

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Factories factories;

    @Autowired
    private Consortiums consortiums;

    @Autowired
    private Awards awards;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    private final Map<Who, Client> callers = new EnumMap<>(Who.class);
    private final Map<String, String> things = new HashMap<>();

    /** Nobody; those of the organisation; people of others, an ordinary one, another factory's, and those who work for the programme. */
    private enum Who {
        NOBODY,
        VIEWER,
        MEMBER,
        OWNER,
        STRANGER,
        OPERATOR,
        REVIEWER,
        ADMINISTRATOR,
        OFFICER
    }

    private enum Expected {
        /** Not that they may not, nor that there is nothing; what is wrong with the request is another matter. */
        LET_IN,
        SIGN_IN,
        NOT_ALLOWED,
        NOTHING
    }

    /** A line of the table. */
    private record Route(String method, String path, Map<Who, Expected> expected, String query, String body) {
        String name() {
            return method + " " + path;
        }

        /** Of whose model there is nothing but its row here. */
        boolean isOfModels() {
            return path.contains("/models");
        }

        /** Whether the call would change things for the callers after it. */
        boolean writes() {
            return !Set.of("GET", "HEAD", "OPTIONS").contains(method);
        }
    }

    @BeforeAll
    void everybody_and_everything_there_is() {
        Client owner = clients.founder("Olga");
        String organisation = owner.organisation();
        callers.put(Who.NOBODY, clients.nobody());
        callers.put(Who.OWNER, owner);
        callers.put(Who.MEMBER, joined(owner, "MEMBER"));
        callers.put(Who.VIEWER, joined(owner, "VIEWER"));
        callers.put(Who.STRANGER, clients.founder("Stranger"));
        callers.put(Who.OPERATOR, founded(OrganisationKind.FACTORY));
        callers.put(Who.OFFICER, founded(OrganisationKind.PROGRAMME_OFFICE));
        callers.put(Who.REVIEWER, awards.reviewer());
        Client administrator = clients.founder("Ada");
        people.give(Awards.personOf(administrator), Duty.ADMINISTRATOR);
        callers.put(Who.ADMINISTRATOR, administrator);

        things.put("organisation", organisation);
        things.put("person", Awards.personOf(owner).toString());
        things.put("invitation", invite(owner, "VIEWER").at("/invitation/id").asString());
        things.put("token", id(owner.post("/api/tokens", Map.of("name", "routes"))));
        things.put("key", id(owner.post("/api/chat/keys", Map.of("organisation", organisation, "name", "routes"))));
        things.put("code", "no-such-code");
        things.put("duty", "EXPERT");
        things.put("decision", "0");
        for (String none :
                List.of("connection", "maintenance", "filling", "movement", "panel", "paper", "assignment", "appeal")) {
            things.put(none, UUID.randomUUID().toString());
        }
        things.put("initiative", initiative());
        things.put("fund", fund());
        data(new Sender(owner));
        proposal(owner);
        time(owner);
        runAndModel(new Lab(owner, jdbc, ledger, 3_600_000));
    }

    private String initiative() {
        String slug = "routes-" + UUID.randomUUID();
        Map<String, Object> policy =
                new HashMap<>(Map.of("slug", slug, "title", "A policy", "country", "FI", "body", "A ministry"));
        policy.putAll(Map.of("kind", "POLICY", "standing", "EXPECTED", "payer", "PUBLIC", "announced", "2024-03-05"));
        policy.putAll(Map.of("mark", "UNVERIFIED", "sources", List.of("a newspaper")));
        Objects.requireNonNull(callers.get(Who.OFFICER))
                .post("/api/initiatives", policy)
                .json(201);
        return slug;
    }

    private String fund() {
        String slug = "routes-" + UUID.randomUUID();
        Map<String, Object> fund =
                new HashMap<>(Map.of("slug", slug, "name", "A fund", "country", "FI", "manager", "A ministry"));
        fund.putAll(Map.of(
                "nature", "REAL", "announced", "2024-03-05", "mark", "UNVERIFIED", "sources", List.of("a newspaper")));
        Objects.requireNonNull(callers.get(Who.OFFICER))
                .post("/api/funds", fund)
                .json(201);
        return slug;
    }

    private void data(Sender sender) {
        String dataset = sender.dataset("Routes");
        String version = id(sender.version(dataset, sender.upload("a.txt", "A text.")));
        things.put("dataset", dataset);
        things.put("content", version.replaceFirst(".*:", ""));
        things.put("upload", id(sender.announce("b.txt", 10)));
    }

    private void proposal(Client owner) {
        String call = new Office(clients, organisations).openCall(Office.inDays(30));
        String proposal = Office.begin(owner, call, Office.content("Routes", "FI", 1000))
                .get("id")
                .asString();
        things.put("call", call);
        things.put("proposal", proposal);
        things.put(
                "document", Office.attach(owner, proposal).at("/documents/0/id").asString());
    }

    /** So much that people decide it. */
    private void time(Client owner) {
        Partition place = partitions.cpus(1_000_000);
        OrganisationId host =
                organisations.found(Awards.personOf(clients.founder("Host")), "Host", OrganisationKind.FACTORY, "FI");
        partitions.give(place, host.toString());
        things.put("slug", place.slug());
        // A partition of a test has the name of its factory.
        things.put("factory", place.slug());
        things.put("funder", "FI");
        things.put("step", "tender");
        consortiums.give(
                factories.named(place.slug()).orElseThrow().id(),
                java.time.LocalDate.of(2025, 1, 1),
                Map.of("EU", "1/2", "FI", "1/2"));
        Map<String, Object> wish = Awards.application(owner, place, 20_000);
        wish.put("answers", Map.of("software", "PyTorch on 64 cores."));
        wish.put("months", 1);
        things.put("application", id(owner.post("/api/applications", wish)));
        String granted = id(owner.post("/api/applications", wish));
        String allocation = Objects.requireNonNull(callers.get(Who.REVIEWER))
                .post("/api/applications/" + granted + "/decision", Map.of("decision", "GRANT", "reason", "It scales."))
                .json(200)
                .get("allocation")
                .asString();
        Map<String, Object> later = Map.of("months", 1, "reason", "One more experiment.");
        things.put(
                "change",
                owner.post("/api/allocations/" + allocation + "/extension", later)
                        .json(200)
                        .get("id")
                        .asString());
    }

    private void runAndModel(Lab lab) {
        things.put("allocation", lab.allocation);
        String run = lab.operating().start(lab.script("echo made > \"$AIFACTORY_OUTPUT/made.txt\""));
        lab.awaitEnd(run);
        Lab.nobodyOperates(jdbc);
        things.put("run", run);
        UUID model = UUID.randomUUID();
        jdbc.sql("""
                insert into models.model (id, organisation, run, maker, slug, name, licence, visibility, registered_at, parameters, bytes,
                       is_foreign, content, facts)
                values (:model, :organisation::uuid, :model, :maker::uuid, :slug, 'Routes', 'MIT', 'ORGANISATION', now(), 1, 1, false,
                       repeat('0', 64), '{}')
                """)
                .param("model", model)
                .param("organisation", lab.organisation)
                .param("maker", things.get("person"))
                .param("slug", "routes-" + model)
                .update();
        things.put("model", model.toString());
        UUID notice = UUID.randomUUID();
        jdbc.sql("""
                insert into notices.notice (id, person, kind, key, words, path, at)
                values (:notice, :person::uuid, 'RUN', 'run-failed', '[]', '/', now())
                """)
                .param("notice", notice)
                .param("person", things.get("person"))
                .update();
        things.put("notice", notice.toString());
    }

    @Test
    void everybody_is_let_in_where_they_belong_and_nowhere_else() throws IOException {
        Map<String, Route> table = table();
        Set<String> described = described();
        assertThat(without(described, table.keySet()))
                .as("routes that do not stand in routes.txt")
                .isEmpty();
        assertThat(without(table.keySet(), described))
                .as("routes in routes.txt that are no more")
                .isEmpty();

        List<String> faults = new ArrayList<>();
        for (Route route : table.values()) {
            for (Who who : Who.values()) {
                fault(route, who).ifPresent(faults::add);
            }
        }
        assertThat(String.join("\n", faults)).isEmpty();
    }

    private static Set<String> without(Set<String> all, Set<String> those) {
        Set<String> left = new TreeSet<>(all);
        left.removeAll(those);
        return left;
    }

    private Optional<String> fault(Route route, Who who) {
        Expected expected = Objects.requireNonNull(route.expected().get(who));
        if (expected == Expected.LET_IN && (route.writes() || route.isOfModels())) {
            return Optional.empty();
        }
        Answer answer = call(route, Objects.requireNonNull(callers.get(who)));
        if (isAsExpected(answer.status(), expected)) {
            return Optional.empty();
        }
        return Optional.of(route.name() + " by " + who + ": " + expected + " expected, and got " + answer.status() + " "
                + answer.body().lines().findFirst().orElse(""));
    }

    private static boolean isAsExpected(int status, Expected expected) {
        return switch (expected) {
            case LET_IN -> status < 500 && !Set.of(401, 403, 404, 405, 415).contains(status);
            case SIGN_IN -> status == 401;
            case NOT_ALLOWED -> status == 403;
            case NOTHING -> status == 404;
        };
    }

    private Answer call(Route route, Client caller) {
        String path = route.path()
                .replace("{id}", route.path().startsWith("/api/runs/") ? "{run}" : "{allocation}")
                .replace("/modes/{slug}", "/modes/playground");
        HttpRequest.Builder request =
                caller.request(filled(path) + filled(route.query())).timeout(PATIENCE);
        if (path.startsWith("/api/uploads")) {
            request.header("Tus-Resumable", "1.0.0")
                    .header("Upload-Length", "10")
                    .header("Upload-Offset", "0")
                    .header("Upload-Metadata", "filename Yy50eHQ=");
        }
        boolean isPart = route.method().equals("PATCH");
        boolean isDocument = route.name().equals("POST /api/proposals/{proposal}/documents");
        request.header(
                "Content-Type",
                isPart ? "application/offset+octet-stream" : isDocument ? "application/pdf" : "application/json");
        return caller.send(request.method(
                route.method(),
                route.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(filled(route.body()))));
    }

    private String filled(String template) {
        return VARIABLE.matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(
                        Objects.requireNonNull(things.get(match.group(1)), () -> "No thing " + match.group(1))));
    }

    private static Map<String, Route> table() throws IOException {
        Map<String, Route> table = new LinkedHashMap<>();
        try (InputStream lines = Objects.requireNonNull(RoutesTest.class.getResourceAsStream("/routes.txt"))) {
            new String(lines.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(RoutesTest::route)
                    .forEach(route -> table.put(route.name(), route));
        }
        return table;
    }

    private static Route route(String line) {
        String[] words = line.strip().split("\\s+", 4);
        String rest = words.length > 3 ? words[3] : "";
        String query = rest.startsWith("?") ? rest.split("\\s+", 2)[0] : "";
        return new Route(
                words[0],
                words[1],
                expected(words[2]),
                query,
                rest.substring(query.length()).strip());
    }

    private static Map<Who, Expected> expected(String words) {
        List<String> parts = List.of(words.split("(?=[+!])", -1));
        Map<Who, Expected> expected = new EnumMap<>(Who.class);
        for (Who who : Who.values()) {
            expected.put(who, expected(parts.getFirst(), who));
        }
        for (String part : parts.subList(1, parts.size())) {
            Who who = Who.valueOf(part.substring(1).toUpperCase(Locale.ROOT));
            expected.put(who, part.startsWith("+") ? Expected.LET_IN : Expected.NOT_ALLOWED);
        }
        return expected;
    }

    private static Expected expected(String kind, Who who) {
        if (kind.equals("open")) {
            return Expected.LET_IN;
        }
        if (who == Who.NOBODY) {
            return Expected.SIGN_IN;
        }
        boolean isInside = who == Who.VIEWER || who == Who.MEMBER || who == Who.OWNER;
        Expected outside = isInside ? Expected.NOT_ALLOWED : Expected.NOTHING;
        return switch (kind) {
            case "person" -> Expected.LET_IN;
            case "see" -> isInside ? Expected.LET_IN : outside;
            case "change" -> who == Who.MEMBER || who == Who.OWNER ? Expected.LET_IN : outside;
            case "own" -> who == Who.OWNER ? Expected.LET_IN : outside;
            case "maker" -> who == Who.OWNER ? Expected.LET_IN : Expected.NOTHING;
            case "desk" -> Expected.NOT_ALLOWED;
            case "waiting" -> outside;
            case "nothing" -> Expected.NOTHING;
            case "office" -> who == Who.OFFICER ? Expected.NOTHING : Expected.NOT_ALLOWED;
            default -> throw new IllegalArgumentException("Nobody knows who “" + kind + "” is.");
        };
    }

    private Set<String> described() {
        Set<String> routes = new TreeSet<>();
        clients.nobody()
                .get("/v3/api-docs")
                .json(200)
                .get("paths")
                .forEachEntry((path, methods) -> methods.propertyNames()
                        .forEach(method -> routes.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        return routes;
    }

    private Client joined(Client owner, String role) {
        Client person = clients.founder(role);
        person.post(
                        "/api/invitations/accept",
                        Map.of("code", invite(owner, role).get("code").asString()))
                .json(200);
        return person;
    }

    private static JsonNode invite(Client owner, String role) {
        return owner.post(
                        "/api/organisations/" + owner.organisation() + "/invitations",
                        Map.of("email", "somebody@example.org", "role", role))
                .json(201);
    }

    private Client founded(OrganisationKind kind) {
        Client person = clients.founder("Person");
        organisations.found(Awards.personOf(person), "Office", kind, "FI");
        return person;
    }

    private static String id(Answer made) {
        return made.json(201).get("id").asString();
    }
}
