package org.aifactory.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What an organisation has is its own, and no more than it was given room for. */
@PlatformTest
class DataBordersTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Test
    void what_belongs_to_another_organisation_is_answered_like_what_does_not_exist_on_every_route() {
        Sender aino = new Sender(clients.founder("Aino"));
        Sender eve = new Sender(clients.founder("Eve"));
        String half = aino.announce("half.txt", 10).json(201).get("id").asString();
        String file = aino.upload("a.txt", "A");
        String dataset = aino.dataset("Private");
        String content =
                aino.version(dataset, file).json(201).get("id").asString().substring(37);
        String own = eve.dataset("Own");

        Stream<Function<Sender, Answer>> requests = Stream.of(
                who -> who.client().get("/api/uploads/" + half),
                who -> who.append(half, 0, new byte[1]),
                who -> who.append(file, 1, new byte[0]),
                who -> who.client().delete("/api/uploads/" + half),
                who -> who.client().get("/api/uploads?organisation=" + aino.organisation()),
                who -> who.client()
                        .send(who.client()
                                .request("/api/uploads?organisation=" + aino.organisation())
                                .header("Upload-Length", "1")
                                .header("Upload-Metadata", "filename " + Sender.base64("a.txt"))
                                .POST(java.net.http.HttpRequest.BodyPublishers.noBody())),
                who -> who.client()
                        .post(
                                "/api/datasets",
                                Map.of("organisation", aino.organisation(), "name", "Mine", "licence", "MIT")),
                who -> who.client().get("/api/datasets/" + dataset),
                who -> who.client().put("/api/datasets/" + dataset, Map.of("name", "Mine", "licence", "MIT")),
                who -> who.client().delete("/api/datasets/" + dataset + "?confirm=Private"),
                who -> who.client().get("/api/datasets/" + dataset + "/versions"),
                who -> who.version(dataset, file),
                who -> who.version(own, file),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content + "/files"),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content + "/manifest"),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content + "/file?path=a.txt"),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content + "/zip"),
                who -> who.client().get("/api/datasets/" + dataset + "/versions/" + content + "/tar"),
                who -> who.client().get("/api/datasets/" + own + "/versions/" + content),
                who -> who.client().get("/api/storage/" + aino.organisation()),
                who -> who.client().put("/api/storage/" + aino.organisation(), Map.of("limit", 1)));
        List<Function<Sender, Answer>> all = requests.toList();
        for (int number = 0; number < all.size(); number++) {
            assertThat(all.get(number).apply(eve).problem())
                    .as("request %s", number)
                    .isEqualTo("not-found");
        }
        assertThat(eve.client().get("/api/datasets").json(200)).hasSize(1);
        assertThat(aino.client().get("/api/datasets").json(200)).hasSize(1);
        assertThat(aino.show(half).get("received").asLong()).isZero();
    }

    @Test
    void a_viewer_sees_everything_and_changes_nothing() {
        Sender aino = new Sender(clients.founder("Aino"));
        String half = aino.announce("half.txt", 10).json(201).get("id").asString();
        String file = aino.upload("a.txt", "A");
        String dataset = aino.dataset("Seen");
        String content =
                aino.version(dataset, file).json(201).get("id").asString().substring(37);
        JsonNode invitation = aino.client()
                .post(
                        "/api/organisations/" + aino.organisation() + "/invitations",
                        Map.of("email", "vi@example.org", "role", "VIEWER"))
                .json(201);
        Client vi = clients.founder("Vi");
        vi.post("/api/invitations/accept", Map.of("code", invitation.get("code").asString()))
                .json(200);

        for (String path : List.of(
                "/api/uploads/" + half,
                "/api/datasets/" + dataset,
                "/api/datasets/" + dataset + "/versions/" + content + "/file?path=a.txt",
                "/api/storage/" + aino.organisation())) {
            assertThat(vi.get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(vi.delete("/api/uploads/" + half).problem()).isEqualTo("not-allowed");
        assertThat(vi.delete("/api/datasets/" + dataset + "?confirm=Seen").problem())
                .isEqualTo("not-allowed");
        assertThat(vi.put("/api/datasets/" + dataset, Map.of("name", "X", "licence", "MIT"))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(vi.post("/api/datasets/" + dataset + "/versions", Map.of("uploads", List.of(file)))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(vi.put("/api/storage/" + aino.organisation(), Map.of("limit", 1))
                        .problem())
                .isEqualTo("not-allowed");
    }

    @Test
    void many_who_upload_at_once_get_no_more_room_than_there_is() throws Exception {
        Sender aino = new Sender(clients.founder("Aino"));
        limit(aino, 1000);
        Callable<Integer> announcing = () -> aino.announce("a.txt", 300).status();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = threads.invokeAll(Collections.nCopies(20, announcing));
            int accepted = 0;
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isIn(201, 409);
                accepted += answer.get() == 201 ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(3);
        }
        Answer refused = aino.announce("a.txt", 101);
        assertThat(refused.problem()).isEqualTo("not-enough-left");
        assertThat(refused.json(409).get("free").asLong()).isEqualTo(100);
        aino.announce("a.txt", 100).json(201);
    }

    @Test
    void room_counts_a_file_once_however_often_it_is_kept_and_comes_back_when_nothing_keeps_it() {
        Sender aino = new Sender(clients.founder("Aino"));
        limit(aino, 1000);
        byte[] bytes = "x".repeat(400).getBytes(UTF_8);
        String first = aino.upload("a.txt", bytes);
        String second = aino.upload("b.txt", bytes);
        String dataset = aino.dataset("Once");
        aino.version(dataset, first, second).json(201);
        assertThat(used(aino)).isEqualTo(400);

        String large = aino.upload("large.zip", Zips.of(Map.of("large.txt", "y".repeat(700))));
        assertThat(aino.version(dataset, large).problem()).isEqualTo("not-enough-left");

        aino.client().delete("/api/uploads/" + first).json(204);
        aino.client().delete("/api/uploads/" + second).json(204);
        aino.client().delete("/api/uploads/" + large).json(204);
        assertThat(used(aino)).isEqualTo(400);
        aino.client().delete("/api/datasets/" + dataset + "?confirm=Once").json(204);
        assertThat(used(aino)).isZero();
    }

    private static long used(Sender sender) {
        return sender.client()
                .get("/api/storage/" + sender.organisation())
                .json(200)
                .get("used")
                .asLong();
    }

    private void limit(Sender sender, long bytes) {
        Client office = clients.founder("Office");
        people.give(
                new PersonId(UUID.fromString(
                        office.get("/api/me").json(200).get("person").asString())),
                Duty.ADMINISTRATOR);
        office.put("/api/storage/" + sender.organisation(), Map.of("limit", bytes))
                .json(200);
    }
}
