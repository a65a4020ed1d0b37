package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.MessageSource;
import tools.jackson.databind.JsonNode;

@PlatformTest
class ProblemsTest {
    private static final String HANGUL = "\\p{IsHangul}";

    @Autowired
    private Client.Factory clients;

    @Autowired
    private MessageSource messages;

    @ParameterizedTest
    @EnumSource
    void every_type_of_problem_has_a_page_in_every_language(ProblemType type) {
        for (Locale language : Languages.SPOKEN) {
            String page = clients.nobody()
                    .send(clients.nobody()
                            .request("/docs/problems/" + type.slug())
                            .header("Accept", "text/html")
                            .header("Accept-Language", language.getLanguage()))
                    .body();
            assertThat(page)
                    .contains("lang=\"" + language.getLanguage() + "\"")
                    .contains(messages.getMessage("problem." + type.slug() + ".title", null, language));
        }
    }

    /** What a person does wrong on an ordinary day, in each module. */
    @Test
    void a_korean_reader_is_told_in_korean_what_is_refused_and_which_field_is_wrong() {
        Client aino = clients.founder("Aino");
        String nothing = "/" + UUID.randomUUID();
        String organisation = aino.organisation();
        List<Answer> refusals = List.of(
                ask(clients.nobody(), "GET", "/api/me", ""),
                ask(aino, "GET", "/api/runs" + nothing, ""),
                ask(aino, "GET", "/api/models" + nothing, ""),
                ask(aino, "GET", "/api/datasets" + nothing, ""),
                ask(aino, "GET", "/api/allocations" + nothing, ""),
                ask(aino, "GET", "/api/no-such-thing", ""),
                ask(aino, "POST", "/api/organisations", "{"),
                ask(aino, "POST", "/api/organisations", "{}"),
                ask(aino, "POST", "/api/datasets", "{\"organisation\": \"" + organisation + "\", \"name\": \" \"}"),
                ask(aino, "POST", "/api/runs", "{\"recipe\": \"chatbot\"}"),
                ask(aino, "POST", "/api/applications", "{\"organisation\": \"" + organisation + "\"}"),
                ask(aino, "PUT", "/api/partitions/local-cpu/open", "{\"open\": false}"),
                ask(aino, "DELETE", "/api/organisations/" + organisation + "/members/" + person(aino), ""),
                ask(aino, "POST", "/api/chat/keys", "{\"organisation\": \"" + organisation + "\", \"name\": \"\"}"));
        for (Answer refusal : refusals) {
            JsonNode details = refusal.json(refusal.status());
            assertThat(refusal.status()).as(refusal.body()).isBetween(400, 499);
            assertThat(details.get("detail").asString()).as(refusal.body()).containsPattern(HANGUL);
            assertThat(details.path("errors"))
                    .as(refusal.body())
                    .allSatisfy(
                            fault -> assertThat(fault.get("message").asString()).containsPattern(HANGUL));
        }
    }

    private static String person(Client client) {
        return client.get("/api/me").json(200).get("person").asString();
    }

    private static Answer ask(Client client, String method, String path, String body) {
        return client.send(client.request(path)
                .header("Accept-Language", "ko")
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }
}
