package org.aifactory.access;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.federation.Partition;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.springframework.boot.test.context.TestComponent;
import tools.jackson.databind.JsonNode;

/** Applications as founders send them, in as few words as a test needs. */
@TestComponent
public final class Awards {
    /** What a small company answers to the questions of the profile. */
    public static final Map<String, Object> SMALL = Map.of("staff", 4, "turnover", 0);

    private final Client.Factory clients;
    private final People people;
    private final AccessSweep sweep;

    Awards(Client.Factory clients, People people, AccessSweep sweep) {
        this.clients = clients;
        this.people = people;
        this.sweep = sweep;
    }

    /** An application that wants for nothing. */
    public static Map<String, Object> application(Client founder, Partition partition, Object hours) {
        Map<String, Object> application = new HashMap<>();
        application.put("organisation", founder.organisation());
        application.put("partition", partition.slug());
        application.put("hours", hours);
        application.put("project", Map.of("title", "Handbook", "purpose", "Train a model of our handbook."));
        application.put("profile", SMALL);
        return application;
    }

    public Answer apply(Client founder, Partition partition, Object hours) {
        return founder.post("/api/applications", application(founder, partition, hours));
    }

    /** So many hours of the unit that the partition is granted in, granted at once; answers the allocation. */
    public JsonNode granted(Client founder, Partition partition, Object hours) {
        String allocation =
                apply(founder, partition, hours).json(201).get("allocation").asString();
        return founder.get("/api/allocations/" + allocation).json(200);
    }

    /** Says what runs out, as the platform does every minute. */
    public void sweep() {
        sweep.sweep();
    }

    public Client reviewer() {
        Client reviewer = clients.founder("Rhea");
        people.give(personOf(reviewer), Duty.REVIEWER);
        return reviewer;
    }

    public static PersonId personOf(Client client) {
        return new PersonId(
                UUID.fromString(client.get("/api/me").json(200).get("person").asString()));
    }
}
