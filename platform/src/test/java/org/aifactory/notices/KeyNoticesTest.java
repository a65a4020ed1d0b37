package org.aifactory.notices;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Whoever has made a token or a key for long is told a week before it ends. */
@PlatformTest
class KeyNoticesTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private KeyNotices keys;

    @Autowired
    private TestClock clock;

    private Client aino;
    private String email;

    @BeforeEach
    void found() {
        aino = clients.founder("Aino");
        email = aino.get("/api/me").json(200).get("email").asString();
    }

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    private String token(String name, int days) {
        return aino.post("/api/tokens", Map.of("name", name, "days", days))
                .json(201)
                .get("id")
                .asString();
    }

    private String key(String name, int days) {
        return aino.post("/api/chat/keys", Map.of("organisation", aino.organisation(), "name", name, "days", days))
                .json(201)
                .get("id")
                .asString();
    }

    private List<String> toldAfter(Duration time) {
        clock.forward(time);
        keys.look();
        keys.look();
        return clients.again(email)
                .get("/api/notices")
                .json(200)
                .valueStream()
                .map(notice -> notice.get("title").asString())
                .toList();
    }

    @Test
    void a_token_and_a_key_are_told_of_a_week_before_they_end_and_once() {
        token("Nightly job", 60);
        key("Web site", 60);
        assertThat(toldAfter(Duration.ofDays(52))).isEmpty();
        assertThat(toldAfter(Duration.ofDays(2)))
                .containsExactlyInAnyOrder("The token “Nightly job” ends soon", "The key “Web site” ends soon");
        assertThat(toldAfter(Duration.ofDays(3))).hasSize(2);
        JsonNode notices = clients.again(email).get("/api/notices").json(200);
        assertThat(notices.toString()).contains("/account", "/chat/keys", "turned away from");
    }

    @Test
    void what_was_revoked_or_made_for_days_only_or_comes_of_signing_in_is_not_told_of() {
        String token = token("Gone", 30);
        String key = key("Gone", 30);
        token("Workshop", 10);
        key("Workshop", 10);
        assertThat(aino.delete("/api/tokens/" + token).status()).isEqualTo(204);
        assertThat(aino.delete("/api/chat/keys/" + key).status()).isEqualTo(204);
        assertThat(toldAfter(Duration.ofDays(5))).isEmpty();
        // The token of signing up ends after thirty days.
        assertThat(toldAfter(Duration.ofDays(20))).isEmpty();
    }
}
