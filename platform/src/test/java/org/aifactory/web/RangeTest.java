package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.data.Sender;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Files are given in parts to whoever asks for parts that they have. */
@PlatformTest
class RangeTest {
    @Autowired
    private Client.Factory clients;

    @Test
    void a_part_that_a_file_does_not_have_is_refused_without_the_file() throws Exception {
        Client aino = clients.founder("Aino");
        String dataset = aino.post(
                        "/api/datasets", Map.of("organisation", aino.organisation(), "name", "Parts", "licence", "MIT"))
                .json(201)
                .get("id")
                .asString();
        Sender sender = new Sender(aino);
        String version = sender.version(dataset, sender.upload("a.txt", "0123456789"))
                .json(201)
                .get("id")
                .asString();
        String file = "/api/datasets/" + dataset + "/versions/" + version.replaceFirst(".*:", "") + "/file?path=a.txt";
        assertThat(part(aino, file, "bytes=2-3").body()).isEqualTo("23");
        for (String range : new String[] {"bytes=10-", "bytes=-", "bytes=99999999999999999999-", "bytes=5-2"}) {
            HttpResponse<String> refused = part(aino, file, range);
            assertThat(refused.statusCode()).as(range).isEqualTo(416);
            assertThat(refused.headers().firstValue("Content-Range")).as(range).contains("bytes */10");
            assertThat(refused.headers().firstValue("Content-Type").orElse(""))
                    .as(range)
                    .startsWith("application/problem+json");
            assertThat(refused.body())
                    .as(range)
                    .contains("The file has no such part")
                    .doesNotContain("0123456789");
        }
    }

    private static HttpResponse<String> part(Client client, String file, String range) throws Exception {
        return HttpClient.newHttpClient()
                .send(client.request(file).header("Range", range).build(), BodyHandlers.ofString());
    }
}
