package org.aifactory.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@PlatformTest
class OperationsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Test
    void an_administrator_learns_what_takes_how_much_of_the_disk_and_nobody_else_does() {
        Client ada = clients.founder("Ada");
        assertThat(ada.get("/api/operations/disk").problem()).isEqualTo("not-allowed");
        assertThat(clients.nobody().get("/api/operations/disk").problem()).isEqualTo("sign-in-needed");

        String person = ada.get("/api/me").json(200).get("person").asString();
        people.give(new PersonId(UUID.fromString(person)), Duty.ADMINISTRATOR);

        JsonNode report = ada.get("/api/operations/disk").json(200);
        assertThat(report.get("free").asLong())
                .isBetween(1L, report.get("total").asLong());
        assertThat(report.get("database").asLong()).isPositive();
        assertThat(report.get("folders"))
                .extracting(folder -> folder.get("name").asString())
                .contains("blobs", "uploads");
    }
}
