package org.aifactory.programme;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.access.Awards;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import tools.jackson.databind.JsonNode;

/** A programme officer, calls as the office writes them, and proposals as hosts do. */
public final class Office {
    public static final String ZONE = "Europe/Brussels";

    private final Client officer;

    public Office(Client.Factory clients, Organisations organisations) {
        officer = clients.founder("Dimitra");
        organisations.found(
                Awards.personOf(officer), "Office " + UUID.randomUUID(), OrganisationKind.PROGRAMME_OFFICE, "LU");
    }

    public Client officer() {
        return officer;
    }

    /** A call that is open, with these cut-offs; answers its slug. */
    public String openCall(LocalDateTime... cutOffs) {
        String slug = write(definition(cutOffs));
        officer.post("/api/calls/" + slug + "/publish", Map.of("version", 1)).json(200);
        return slug;
    }

    String write(Map<String, Object> definition) {
        String slug = "call-" + UUID.randomUUID();
        officer.post("/api/calls", Map.of("slug", slug, "kind", "FACTORY", "definition", definition))
                .json(201);
        return slug;
    }

    /** Two categories at 50 %, the law's rule for hosts, and a flat scheme. */
    public static Map<String, Object> definition(LocalDateTime... cutOffs) {
        Map<String, Object> call = new HashMap<>();
        call.put("title", text("AI factories"));
        call.put("text", text("Propose an AI factory."));
        call.put("zone", ZONE);
        call.put(
                "opens",
                LocalDateTime.now(ZoneId.of(ZONE)).minusDays(2).withNano(0).toString());
        call.put("cutOffs", List.of(cutOffs).stream().map(Object::toString).toList());
        call.put("budgetCents", 100_000_000_00L);
        call.put(
                "categories",
                List.of(
                        Map.of("id", "acquisition", "name", text("Acquisition"), "rate", 0.5),
                        Map.of("id", "operation", "name", text("Operation"), "rate", 0.5)));
        call.put(
                "rules",
                List.of(Map.of(
                        "id", "host-in-the-union",
                        "test", "HOST_COUNTRY_IN",
                        "group", "european-union",
                        "article", "Regulation (EU) 2021/1173, Art. 9(1)",
                        "source", "https://eur-lex.europa.eu/eli/reg/2021/1173/oj",
                        "text", text("The machine stands in a member state of the European Union."))));
        call.put("parts", List.of("SUMMARY", "SITE", "MACHINE", "BUDGET", "CONSORTIUM", "COMPUTE", "DATA", "TALENT"));
        call.put(
                "documents",
                List.of(Map.of("id", "commitment", "name", text("Commitment of the states"), "required", false)));
        call.put("scheme", scheme());
        call.put(
                "panel", Map.of("reviewers", 3, "whenShort", "STOP", "reserve", 1, "appealDays", 10, "answerDays", 60));
        return call;
    }

    private static Map<String, Object> scheme() {
        List<Map<String, Object>> criteria = new ArrayList<>();
        for (String id : List.of("excellence", "impact", "implementation")) {
            criteria.add(Map.of(
                    "id", id, "name", text(id), "least", 0, "most", 5, "step", 0.5, "weight", 1, "threshold", 3));
        }
        return Map.of(
                "slug", "flat",
                "name", text("Flat"),
                "groups", List.of(Map.of("id", "all", "name", text("All"), "coefficient", 1, "criteria", criteria)),
                "threshold", 10,
                "tieBreaks", List.of("impact", "excellence"));
    }

    static Map<String, Object> text(String en) {
        return Map.of("en", en);
    }

    /** A proposal that wants for nothing: it asks the Union for half of so many euros. */
    public static Map<String, Object> content(String title, String host, long euros) {
        Map<String, Object> content = new HashMap<>();
        content.put("title", title);
        content.put("summary", "A factory for all who begin.");
        content.put("site", Map.of("country", host, "city", "Kajaani", "text", "An old paper mill."));
        content.put("machine", Map.of("kind", "NEW", "name", "Big", "text", "Many GPUs."));
        content.put(
                "costs",
                List.of(
                        Map.of(
                                "year",
                                2027,
                                "category",
                                "acquisition",
                                "amountCents",
                                euros * 60,
                                "unionCents",
                                euros * 30),
                        Map.of(
                                "year",
                                2028,
                                "category",
                                "operation",
                                "amountCents",
                                euros * 40,
                                "unionCents",
                                euros * 20)));
        content.put(
                "consortium",
                List.of(
                        Map.of("country", host, "role", "HOST", "shareCents", euros * 40),
                        Map.of("country", "NO", "role", "JOINER", "shareCents", euros * 10)));
        content.put("services", Map.of("compute", "Time.", "data", "A room for data.", "talent", "Courses."));
        content.put("topics", List.of("health", "language"));
        return content;
    }

    /** Begins a proposal of the person's organisation. */
    public static JsonNode begin(Client host, String call, Map<String, Object> content) {
        return host.post(
                        "/api/calls/" + call + "/proposals",
                        Map.of("organisation", host.organisation(), "content", content))
                .json(201);
    }

    /** Begins and submits one; answers its id. */
    public static String submit(Client host, String call, Map<String, Object> content) {
        String id = begin(host, call, content).get("id").asString();
        host.post("/api/proposals/" + id + "/submit", Map.of("version", 1)).json(200);
        return id;
    }

    /** Attaches what the states have signed. */
    public static JsonNode attach(Client host, String proposal) {
        return host.send(host.request("/api/proposals/" + proposal + "/documents?part=commitment&name=letter.pdf")
                        .header("Content-Type", "application/pdf")
                        .POST(BodyPublishers.ofString("%PDF-1.7\n%%EOF\n")))
                .json(201);
    }

    /** So many days from now, on the minute, as the clock of the call shows it. */
    public static LocalDateTime inDays(int days) {
        return LocalDateTime.now(ZoneId.of(ZONE)).plusDays(days).withSecond(0).withNano(0);
    }
}
