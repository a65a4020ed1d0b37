package org.aifactory.notices;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.MimeMessage;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.TestMail.PostOffice;
import org.aifactory.access.ApplicationDecided;
import org.aifactory.access.ApplicationId;
import org.aifactory.access.ApplicationState;
import org.aifactory.access.Awards;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.aifactory.web.KeptMessage;
import org.aifactory.web.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people are told, here and by a mail server that really is one. */
@PlatformTest
class NoticesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @Autowired
    private PostOffice post;

    @Autowired
    private TestClock clock;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Autowired
    private MailTable mails;

    @Autowired
    private ApplicationEventPublisher events;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private Environment environment;

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    private static String email(Client person) {
        return person.get("/api/me").json(200).get("email").asString();
    }

    /** A person's notices as soon as there are so many. */
    private static List<JsonNode> await(Client person, int count) {
        await(
                () -> person.get("/api/notices").json(200).size() >= count,
                () -> person.get("/api/notices").body());
        return List.copyOf(person.get("/api/notices").json(200).values());
    }

    private static void await(Supplier<Boolean> condition, Supplier<String> what) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!condition.get()) {
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("Not so within " + PATIENCE + ": " + what.get());
            }
            Lab.pause();
        }
    }

    private static String text(MimeMessage mail) throws Exception {
        return String.valueOf(mail.getContent()).replace("\r\n", "\n");
    }

    private Client comesBack(String email, Duration after) {
        clock.forward(after);
        return clients.again(email);
    }

    private Browser signedIn(String email) {
        Browser browser = new Browser("http://127.0.0.1:" + environment.getProperty("local.server.port"));
        browser.open("/sign-in");
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        return browser;
    }

    @Test
    void a_grant_is_told_here_and_by_mail_with_how_much_where_and_until_when() throws Exception {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);

        JsonNode notice = await(aino, 1).getFirst();
        assertThat(notice.get("title").asString()).isEqualTo("Granted: Handbook");
        assertThat(notice.get("text").asString()).contains("100 core-hours");
        assertThat(notice.get("path").asString())
                .isEqualTo("/allocations/" + allocation.get("id").asString());
        assertThat(notice.get("read").asBoolean()).isFalse();

        MimeMessage mail = post.await(email(aino), 1).getFirst();
        assertThat(mail.getSubject()).isEqualTo("Granted: Handbook");
        assertThat(mail.getFrom()[0]).hasToString("AI Factory <ai-factory@example.org>");
        assertThat(mail.getMessageID()).isEqualTo("<" + notice.get("id").asString() + "@ai.example.org>");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(text(mail))
                .contains("“Handbook” was granted: 100 core-hours on ", " UTC.")
                .contains("\n\nhttps://ai.example.org/allocations/"
                        + allocation.get("id").asString() + "\n\n")
                .contains("https://ai.example.org/notices");
    }

    @Test
    void an_event_that_is_told_again_makes_no_second_notice_and_no_second_mail() {
        Client aino = clients.founder("Aino");
        Map<String, Object> application = Awards.application(aino, partitions.cpus(1_000), 100);
        String id =
                aino.post("/api/applications", application).json(201).get("id").asString();
        await(aino, 1);
        OrganisationId organisation = new OrganisationId(UUID.fromString(aino.organisation()));
        transaction.executeWithoutResult(status -> events.publishEvent(new ApplicationDecided(
                new ApplicationId(UUID.fromString(id)),
                organisation,
                Awards.personOf(aino),
                "Handbook",
                ApplicationState.GRANTED,
                KeptMessage.of(Message.written("Again.")))));
        // What is told after it arrives after it.
        awards.granted(aino, partitions.cpus(1_000), 10);
        assertThat(await(aino, 2)).hasSize(2);
        assertThat(post.await(email(aino), 2)).hasSize(2);
        await(
                () -> sql.sql(
                                        "select count(*) from events.event_publication where listener_id = 'notices.application-decided'")
                                .query(Integer.class)
                                .single()
                        == 0,
                () -> "an event waits");
        assertThat(await(aino, 2)).hasSize(2);
    }

    @Test
    void a_run_that_fails_is_mailed_to_whoever_started_it_with_why_and_what_it_cost() throws Exception {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 100_000).operating();
        try {
            Map<String, Object> wish = lab.script("exit 3");
            wish.put("name", "First try");
            String run = lab.start(wish);
            String charged = lab.awaitEnd(run).get("charged").asString();
            assertThat(await(lab.client, 1).getFirst().get("kind").asString()).isEqualTo("RUN");

            MimeMessage mail = post.await(email(lab.client), 1).getFirst();
            assertThat(mail.getSubject()).isEqualTo("First try has failed");
            assertThat(text(mail))
                    .contains(
                            "exit status 3",
                            "charged " + charged + " core-seconds",
                            "https://ai.example.org/runs/" + run);
        } finally {
            Lab.nobodyOperates(sql);
        }
    }

    @Test
    void what_would_die_unused_is_mailed_to_those_who_may_use_it_and_once_for_each_step() throws Exception {
        Client aino = clients.founder("Aino");
        String email = email(aino);
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        Instant until = Instant.parse(allocation.get("until").asString());
        post.await(email, 1);

        Client later = comesBack(email, Duration.between(clock.instant(), until.minus(Duration.ofDays(7))));
        awards.sweep();
        awards.sweep();
        MimeMessage mail = post.await(email, 2).getLast();
        assertThat(mail.getSubject()).isEqualTo("Handbook ends in 7 days: 100 percent are not used");
        assertThat(text(mail)).contains("100 core-hours (100 percent of what was granted) are free");

        clock.forward(Duration.ofDays(8));
        awards.sweep();
        assertThat(post.await(email, 3).getLast().getSubject()).isEqualTo("Handbook has ended");
        assertThat(await(later, 3)).hasSize(3);
    }

    @Test
    void whoever_reads_in_korean_is_told_and_mailed_in_korean() throws Exception {
        Client mina = clients.founder("Mina");
        signedIn(email(mina)).open("/notices?lang=ko");
        assertThat(mina.get("/api/notices/mail").json(200).get("language").asString())
                .isEqualTo("ko");
        String id = applyIn("ko", mina);

        MimeMessage mail = post.await(email(mina), 1).getFirst();
        assertThat(mail.getSubject()).isEqualTo("승인되었습니다: Handbook");
        assertThat(text(mail))
                .contains("100 코어시간", "이메일로 받을 것을 고르는 곳")
                .doesNotContain("Everything that the mode checks");
        // An event that is stored in one language is not found in another, and would be told again for ever.
        await(() -> !isKept(id), () -> "the event is still there");
        String told = mina.send(mina.request("/api/notices")
                        .header("Accept-Language", "ko")
                        .GET())
                .body();
        assertThat(told).contains("승인되었습니다: Handbook");
    }

    private String applyIn(String language, Client person) {
        String application =
                JsonMapper.shared().writeValueAsString(Awards.application(person, partitions.cpus(1_000), 100));
        return person.send(person.request("/api/applications")
                        .header("Accept-Language", language)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(application)))
                .json(201)
                .get("id")
                .asString();
    }

    @Test
    void while_the_mail_server_is_away_nothing_is_lost_and_afterwards_nothing_comes_twice() {
        Client aino = clients.founder("Aino");
        String email = email(aino);
        post.close();
        try {
            awards.granted(aino, partitions.cpus(1_000), 100);
            awards.granted(aino, partitions.cpus(1_000), 10);
            await(aino, 2);
            await(() -> tries(email) >= 2, () -> "nobody tried to send");
        } finally {
            post.open();
        }
        clock.forward(Duration.ofMinutes(3));
        assertThat(post.await(email, 2)).hasSize(2);
        clock.forward(Duration.ofHours(2));
        awards.granted(comesBack(email, Duration.ZERO), partitions.cpus(1_000), 1);
        assertThat(post.await(email, 3)).hasSize(3);
    }

    private int tries(String email) {
        return sql.sql("""
                select coalesce(sum(tries), 0) from notices.mail join notices.notice using (id)
                  join identity.person on person.id = notice.person where email = :email
                """).param("email", email).query(Integer.class).single();
    }

    @Test
    void however_many_instances_look_each_mail_is_taken_by_one() throws Exception {
        Client aino = clients.founder("Aino");
        String email = email(aino);
        post.close();
        try (ExecutorService instances = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int hours = 1; hours <= 4; hours++) {
                awards.granted(aino, partitions.cpus(1_000), hours);
            }
            await(() -> tries(email) >= 4, () -> "nobody tried to send");
            sql.sql("update notices.mail set tries = 0, next_at = made_at where ended_at is null")
                    .update();
            for (Future<Object> done : instances.invokeAll(Collections.nCopies(8, this::takeAll))) {
                done.get();
            }
            assertThat(tries(email)).isEqualTo(4);
        } finally {
            post.open();
        }
    }

    private Object takeAll() {
        Instant now = clock.instant();
        int taken = 0;
        while (mails.take(now).isPresent()) {
            taken++;
        }
        return taken;
    }

    @Test
    void what_cannot_be_sent_for_days_is_given_up() {
        Client aino = clients.founder("Aino");
        String email = email(aino);
        post.close();
        try {
            awards.granted(aino, partitions.cpus(1_000), 100);
            await(() -> tries(email) == 1, () -> "nobody tried to send");
            clock.forward(Duration.ofDays(4));
            await(() -> tries(email) == 2, () -> "nobody tried again");
            await(() -> waiting(email) == 0, () -> "it is not given up");
        } finally {
            post.open();
        }
        awards.granted(comesBack(email, Duration.ZERO), partitions.cpus(1_000), 1);
        assertThat(post.await(email, 1)).hasSize(1);
    }

    private int waiting(String email) {
        return sql.sql("""
                select count(*) from notices.mail join notices.notice using (id)
                  join identity.person on person.id = notice.person where email = :email and ended_at is null
                """).param("email", email).query(Integer.class).single();
    }

    /** As where the platform dies between sending a mail and writing that down. */
    @Test
    void a_mail_that_has_to_be_sent_again_is_known_by_its_message_id() throws Exception {
        Client aino = clients.founder("Aino");
        String email = email(aino);
        awards.granted(aino, partitions.cpus(1_000), 100);
        post.await(email, 1);
        await(() -> waiting(email) == 0, () -> "it is not written down");
        sql.sql("update notices.mail set ended_at = null, next_at = made_at where id = :id::uuid")
                .param("id", await(aino, 1).getFirst().get("id").asString())
                .update();
        List<MimeMessage> twice = post.await(email, 2);
        assertThat(twice.getFirst().getMessageID()).isEqualTo(twice.getLast().getMessageID());
    }

    @Test
    void what_people_write_begins_no_header_of_a_mail() throws Exception {
        Client aino = clients.founder("Aino");
        Client eve = clients.founder("Eve");
        String evil = "Handbook\r\nBcc: " + email(eve) + "\r\n\r\nHello";
        Map<String, Object> application = Awards.application(aino, partitions.cpus(1_000), 100);
        application.put("project", Map.of("title", evil, "purpose", "Train."));
        aino.post("/api/applications", application).json(201);

        MimeMessage mail = post.await(email(aino), 1).getFirst();
        assertThat(mail.getSubject()).isEqualTo("Granted: Handbook Bcc: " + email(eve) + " Hello");
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(post.of(email(eve))).isEmpty();
    }

    @Test
    void those_who_decide_are_told_what_waits_and_the_applicant_what_became_of_it() {
        Client aino = clients.founder("Aino");
        Client rhea = awards.reviewer();
        Client eve = clients.founder("Eve");
        Map<String, Object> application = Awards.application(aino, partitions.cpus(100_000), 20_000);
        application.put("answers", Map.of("software", "PyTorch"));
        String id =
                aino.post("/api/applications", application).json(201).get("id").asString();

        JsonNode waits = await(rhea, 1).getFirst();
        assertThat(waits.get("title").asString()).isEqualTo("To decide: Handbook");
        assertThat(waits.get("text").asString()).contains("Aino and friends applies", "promised by");
        assertThat(waits.get("path").asString()).isEqualTo("/applications/" + id);
        post.await(email(rhea), 1);

        rhea.post("/api/applications/" + id + "/decision", Map.of("decision", "REFUSE", "reason", "It does not scale."))
                .json(200);
        JsonNode refused = await(aino, 1).getFirst();
        assertThat(refused.get("title").asString()).isEqualTo("Refused: Handbook");
        assertThat(refused.get("text").asString()).contains("It does not scale.");
        assertThat(eve.get("/api/notices").json(200)).isEmpty();
    }

    @Test
    void a_later_end_and_more_time_are_told_when_they_are_decided() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(100_000), 100);
        String path = "/api/allocations/" + allocation.get("id").asString();
        aino.post(path + "/top-up", Map.of("hours", 50, "unit", "CORE_HOUR", "reason", "A second run."))
                .json(200);
        assertThat(await(aino, 2).getFirst().get("text").asString()).contains("150 core-hours are free");
    }

    @Test
    void nobody_reads_what_another_was_told() {
        Client aino = clients.founder("Aino");
        Client eve = clients.founder("Eve");
        awards.granted(aino, partitions.cpus(1_000), 100);
        awards.granted(aino, partitions.cpus(1_000), 10);
        String notice = await(aino, 2).getFirst().get("id").asString();
        String read = "/api/notices/" + notice + "/read";

        assertThat(eve.post(read, Map.of()).problem()).isEqualTo("not-found");
        assertThat(clients.nobody().get("/api/notices").problem()).isEqualTo("sign-in-needed");
        assertThat(eve.post("/api/notices/read", Map.of())
                        .json(200)
                        .get("marked")
                        .asInt())
                .isZero();
        assertThat(aino.get("/api/notices?unread=true").json(200)).hasSize(2);

        assertThat(aino.post(read, Map.of()).json(200).get("read").asBoolean()).isTrue();
        assertThat(aino.get("/api/notices?unread=true").json(200)).hasSize(1);
        assertThat(aino.get("/api/notices?before=" + notice).json(200)).hasSize(1);
        assertThat(aino.post("/api/notices/read", Map.of())
                        .json(200)
                        .get("marked")
                        .asInt())
                .isEqualTo(1);
        assertThat(aino.get("/api/notices?unread=true").json(200)).isEmpty();
    }

    @Test
    void whoever_wants_no_mail_of_a_kind_is_told_here_alone() {
        Client aino = clients.founder("Aino");
        aino.put("/api/notices/mail", Map.of("language", "en", "muted", List.of("APPLICATION")))
                .json(200);
        JsonNode allocation = awards.granted(aino, partitions.cpus(100_000), 100);
        await(aino, 1);
        aino.post(
                        "/api/allocations/" + allocation.get("id").asString() + "/top-up",
                        Map.of("hours", 50, "unit", "CORE_HOUR", "reason", "A second run."))
                .json(200);
        assertThat(post.await(email(aino), 1).getFirst())
                .extracting(mail -> subject(mail))
                .isEqualTo("More time for Handbook");
        assertThat(aino.put("/api/notices/mail", Map.of("language", "fi", "muted", List.of()))
                        .problem())
                .isEqualTo("invalid-request");
    }

    private static String subject(MimeMessage mail) {
        try {
            return mail.getSubject();
        } catch (jakarta.mail.MessagingException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    @Test
    void an_invitation_is_mailed_with_its_link_which_is_kept_nowhere_afterwards() throws Exception {
        Client aino = clients.founder("Aino");
        Client bo = clients.founder("Bo");
        String code = aino.post(
                        "/api/organisations/" + aino.organisation() + "/invitations",
                        Map.of("email", email(bo), "role", "MEMBER"))
                .json(201)
                .get("code")
                .asString();
        MimeMessage mail = post.await(email(bo), 1).getFirst();
        assertThat(mail.getSubject()).isEqualTo("You are invited to Aino and friends");
        assertThat(text(mail)).contains("Aino invites you", "https://ai.example.org/invitations/" + code);
        assertThat(await(bo, 1).toString())
                .contains("You are invited to Aino and friends")
                .doesNotContain(code);

        await(
                () -> !isKept(code, "notices.notice", "notices.mail", "events.event_publication"),
                () -> "the code is still there");
        bo.post("/api/invitations/accept", Map.of("code", code)).json(200);
    }

    private boolean isKept(String id) {
        return isKept(id, "events.event_publication");
    }

    private boolean isKept(String code, String... tables) {
        return List.of(tables).stream()
                .anyMatch(table -> sql.sql(
                                "select exists (select from " + table + " as line where line::text like :code)")
                        .param("code", "%" + code + "%")
                        .query(Boolean.class)
                        .single());
    }

    @Test
    void who_leaves_an_organisation_reads_no_more_of_it_and_who_leaves_the_platform_leaves_no_notice() {
        Client aino = clients.founder("Aino");
        Client bo = clients.founder("Bo");
        String code = aino.post(
                        "/api/organisations/" + aino.organisation() + "/invitations",
                        Map.of("email", "bo@example.org", "role", "MEMBER"))
                .json(201)
                .get("code")
                .asString();
        bo.post("/api/invitations/accept", Map.of("code", code)).json(200);
        awards.granted(aino, partitions.cpus(1_000), 100);
        await(bo, 1);
        UUID person = Awards.personOf(bo).value();
        bo.delete("/api/organisations/" + aino.organisation() + "/members/" + person);
        assertThat(bo.get("/api/notices").json(200)).isEmpty();

        awards.granted(bo, partitions.cpus(1_000), 100);
        await(bo, 1);
        assertThat(bo.delete("/api/me?confirm=" + email(bo)).status()).isEqualTo(204);
        assertThat(sql.sql("select count(*) from notices.notice where person = :person")
                        .param("person", person)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void the_pages_show_what_is_new_and_lead_to_it() {
        Client aino = clients.founder("Aino");
        Browser browser = signedIn(email(aino));
        assertThat(browser.open("/notices").text()).contains("Nothing to tell yet");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        String notice = await(aino, 1).getFirst().get("id").asString();

        assertThat(browser.open("/").text()).contains("Notices, 1 new");
        assertThat(browser.open("/notices").text()).contains("Granted: Handbook", "Mark all as read");
        assertThat(browser.open("/notices/" + notice).local())
                .isEqualTo("/allocations/" + allocation.get("id").asString());
        assertThat(browser.open("/notices").text()).doesNotContain("Notices, 1 new", "Mark all as read");
        assertThat(signedIn(email(clients.founder("Eve")))
                        .open("/notices/" + notice)
                        .status())
                .isEqualTo(404);

        browser.open("/notices");
        assertThat(browser.submit("/notices/mail", Map.of("mailed", "RUN")).text())
                .contains("Your wishes for mail are saved");
        assertThat(aino.get("/api/notices/mail").json(200).get("muted"))
                .extracting(kind -> kind.asString())
                .containsExactlyInAnyOrder("APPLICATION", "REVIEW", "ALLOCATION", "KEY", "MACHINE");
    }
}
