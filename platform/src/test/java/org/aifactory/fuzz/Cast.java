package org.aifactory.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.aifactory.Client;
import org.aifactory.PlatformProcess;
import org.aifactory.fuzz.Person.Place;
import tools.jackson.databind.JsonNode;

/**
 * Everybody that there is, with something that is theirs. Staff stay; from time to time there are a new founder with colleagues, and what
 * was closed or taken away meanwhile is opened again, so that calls go on to reach something.
 */
final class Cast {
    private final PlatformProcess platform;
    private final Client keeper;
    private final Client operatorsKeeper;
    private final List<Person> staff = new ArrayList<>();
    private final Person nobody = Person.nobody();

    Cast(PlatformProcess platform) throws Exception {
        this.platform = platform;
        this.keeper = platform.administrator();
        this.operatorsKeeper = platform.example("operator");
        for (String example : List.of("operator", "reviewer", "officer")) {
            Client client = platform.example(example);
            staff.add(new Person(
                    example,
                    Place.STAFF,
                    client.organisation(),
                    "",
                    "",
                    () -> platform.example(example).token()));
        }
        staff.add(administrator());
    }

    List<Person> staff() {
        return staff;
    }

    Person nobody() {
        return nobody;
    }

    /** A founder, a member and a viewer of one organisation, with all that {@link Belongings} are. */
    List<Person> company(Random random) {
        reopen();
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String secret = "geheim" + HexFormat.of().formatHex(bytes);
        Person founder = signedUp("founder", secret);
        String organisation = founder.organisation();
        List<Person> company = new ArrayList<>(List.of(founder));
        Client client = client(founder);
        for (String role : List.of("MEMBER", "VIEWER")) {
            Person colleague = signedUp(role.toLowerCase(java.util.Locale.ROOT), secret);
            String code = client.post(
                            "/api/organisations/" + organisation + "/invitations",
                            Map.of("email", colleague.email(), "role", role))
                    .json(201)
                    .get("code")
                    .asString();
            client(colleague)
                    .post("/api/invitations/accept", Map.of("code", code))
                    .json(200);
            company.add(of(colleague, organisation));
        }
        new Belongings(client, organisation, secret).gather();
        return company;
    }

    /** Somebody whose account may end. */
    Person throwAway() {
        return signedUp("somebody", "");
    }

    private Client client(Person person) {
        return platform.nobody().with(person.token().orElseThrow());
    }

    private Person administrator() {
        Person person = signedUp("administrator", "");
        appoint(person);
        return new Person(
                "administrator", Place.STAFF, person.organisation(), person.email(), "", () -> signIn(person.email()));
    }

    private void appoint(Person person) {
        keeper.post("/api/appointments", Map.of("email", person.email(), "duty", "ADMINISTRATOR"))
                .json(204);
    }

    private Person of(Person person, String organisation) {
        return new Person(
                person.name(),
                Place.MEMBER,
                organisation,
                person.email(),
                person.secret(),
                () -> signIn(person.email()));
    }

    private Person signedUp(String name, String secret) {
        Client client = platform.founder(name);
        JsonNode me = client.get("/api/me").json(200);
        String email = me.get("email").asString();
        return new Person(
                name,
                Place.MEMBER,
                me.at("/memberships/0/organisation").asString(),
                email,
                secret,
                () -> signIn(email));
    }

    private String signIn(String email) {
        return platform.nobody()
                .post("/api/sign-in", Map.of("email", email, "password", Client.PASSWORD))
                .json(200)
                .get("token")
                .asString();
    }

    private void reopen() {
        staff.stream().filter(person -> person.name().equals("administrator")).forEach(this::appoint);
        operatorsKeeper.put("/api/partitions/local-cpu/open", Map.of("open", true));
        operatorsKeeper.put("/api/partitions/local-cpu/terms", Map.of());
        JsonNode partition = operatorsKeeper.get("/api/partitions/local-cpu").json(200);
        String machine = partition.at("/machine/slug").asString();
        operatorsKeeper.put("/api/machines/" + machine + "/open", Map.of("open", true));
        for (JsonNode window :
                operatorsKeeper.get("/api/machines/" + machine).json(200).path("maintenance")) {
            operatorsKeeper.delete("/api/machines/" + machine + "/maintenance/"
                    + window.get("id").asString());
        }
        platform.example("officer").put("/api/access/modes/playground/open", Map.of("open", true));
    }

    /** Nothing that was started goes on. */
    void endRuns(Person person) {
        Client client = client(person);
        Client.Answer runs = client.get("/api/runs?most=1000");
        if (runs.status() == 200) {
            for (JsonNode run : runs.json(200)) {
                client.post("/api/runs/" + run.get("id").asString() + "/cancel", Map.of());
            }
        }
    }
}
