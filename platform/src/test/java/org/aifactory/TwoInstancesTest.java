package org.aifactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.Client.Answer;
import org.aifactory.data.Sender;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.TestDatabase;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Unit;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Two instances of the platform on one PostgreSQL, as behind one address where either may answer. They share the home folder, because
 * stored files, half-sent uploads and what runs write are files in it: what came in by one must be there for the other. The database is
 * outside of it, and each has a log of its own.
 */
class TwoInstancesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int HOLDS = 50;
    private static final String POOL = "/api/partitions/local-cpu";
    private static final String EMAIL = "aino@example.org";
    /** Of whoever looks after the runs, and of whoever looks after the jobs of this computer. */
    private static final List<String> LOCKS = List.of("train", "local");

    @TempDir
    Path home;

    private final Map<String, PlatformProcess> instances = new HashMap<>();
    private DatabaseDoor door;
    private JdbcClient sql;
    private Ledger ledger;

    /** Both at once, also the very first time, when there is no table yet. */
    @BeforeEach
    void startBoth() throws Exception {
        Map<String, String> database = TestDatabase.outside("two_instances");
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<PlatformProcess>> both = new HashMap<>();
            for (String name : List.of("first", "second")) {
                Map<String, String> environment = new HashMap<>(database);
                // By this name the database tells the connections of one from those of the other.
                environment.merge("AIFACTORY_DATABASE_URL", "?ApplicationName=" + name, String::concat);
                both.put(name, starting.submit(() -> PlatformProcess.start(home, environment)));
            }
            for (Map.Entry<String, Future<PlatformProcess>> each : both.entrySet()) {
                instances.put(each.getKey(), each.getValue().get());
            }
        }
        door = DatabaseDoor.open(home, database);
        sql = JdbcClient.create(door.dataSource());
        ledger = new Ledger(sql, new DataSourceTransactionManager(door.dataSource()), InstantSource.system());
    }

    @AfterEach
    void stopBoth() {
        door.close();
        instances.values().forEach(PlatformProcess::close);
    }

    @Test
    void they_are_one_platform_and_when_one_is_killed_the_other_goes_on() throws Exception {
        Client signedUp = signUp(instance("first"));
        Browser browser = signIn(instance("first"));
        Client other = instance("second").nobody().with(signedUp.token());
        assertThat(other.get("/api/me").body())
                .isEqualTo(signedUp.get("/api/me").body());
        requireSignedIn(browser, instance("second"));

        Lab lab = new Lab(signedUp, sql, ledger, 100_000).operating();
        fillThroughBoth(signedUp, other);
        requireRunsOnce(lab, runThroughBoth(lab, other));
        requireExpiredOnce();

        requireOneHolderOfEachLock();
        killOneInTheMiddle(lab, browser);
        assertThat(Bookkeeper.faults(door.dataSource(), List.of())).isEmpty();
    }

    private PlatformProcess instance(String name) {
        return java.util.Objects.requireNonNull(instances.get(name));
    }

    private static Client signUp(PlatformProcess platform) {
        Map<String, Object> wish = Map.of(
                "email",
                EMAIL,
                "name",
                "Aino",
                "password",
                Client.PASSWORD,
                "organisation",
                Map.of("name", "Aino and friends", "kind", "COMPANY", "country", "FI"));
        return platform.nobody()
                .with(platform.nobody()
                        .post("/api/sign-up", wish)
                        .json(201)
                        .get("token")
                        .asString());
    }

    private static Browser signIn(PlatformProcess platform) {
        Browser browser = new Browser(platform.address());
        browser.open("/sign-in");
        browser.submit("/sign-in", Map.of("email", EMAIL, "password", Client.PASSWORD));
        requireSignedIn(browser, platform);
        return browser;
    }

    /** The browser sends the cookies of one to the other, whose name is the same. */
    private static void requireSignedIn(Browser browser, PlatformProcess platform) {
        Browser.Page account = browser.open(platform.address() + "/account");
        assertThat(account.local()).isEqualTo("/account");
        assertThat(account.text()).contains(EMAIL);
    }

    /** Each filling is sent to both at once, as by someone who grew impatient. */
    private static void fillThroughBoth(Client one, Client other) throws InterruptedException {
        List<Answer> answers = atOnce(
                one,
                other,
                IntStream.range(0, 20)
                        .mapToObj(i -> Map.<String, Object>of(
                                "hours", 3, "unit", "CORE_HOUR", "reason", "test", "key", UUID.randomUUID()))
                        .toList(),
                POOL + "/fillings");
        assertThat(answers).extracting(Answer::status).containsOnly(200, 201);
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(20);
        assertThat(new BigDecimal(other.get(POOL)
                        .json(200)
                        .at("/pool/hours/granted/CORE_HOUR")
                        .asString()))
                .isEqualByComparingTo("60");
    }

    /** So are runs; each is one run, whoever answered. */
    private static List<String> runThroughBoth(Lab lab, Client other) throws InterruptedException {
        List<Map<String, Object>> wishes = IntStream.range(0, 4)
                .mapToObj(i -> {
                    Map<String, Object> wish = lab.script("echo once >> \"$AIFACTORY_OUTPUT/ran\"");
                    wish.put("key", UUID.randomUUID());
                    return wish;
                })
                .toList();
        List<String> ids = atOnce(lab.client, other, wishes, "/api/runs").stream()
                .map(answer -> {
                    assertThat(answer.status()).as(answer.body()).isIn(200, 201);
                    return answer.json(answer.status()).get("id").asString();
                })
                .distinct()
                .toList();
        assertThat(ids).hasSize(wishes.size());
        return ids;
    }

    private static List<Answer> atOnce(Client one, Client other, List<Map<String, Object>> wishes, String path)
            throws InterruptedException {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = wishes.stream()
                    .flatMap(wish -> Stream.of(one, other).map(client -> people.submit(() -> client.post(path, wish))))
                    .toList();
            people.shutdown();
            people.awaitTermination(1, TimeUnit.MINUTES);
            return answers.stream().map(Future::resultNow).toList();
        }
    }

    private void requireRunsOnce(Lab lab, List<String> runs) {
        long charged = 0;
        for (String run : runs) {
            assertThat(lab.awaitEnd(run).get("state").asString())
                    .as(lab.log(run))
                    .isEqualTo("SUCCEEDED");
            charged += lab.show(run).get("charged").asLong();
            assertThat(ran(lab.client, run)).isEqualTo("once\n");
        }
        assertThat(lab.balance().held()).isZero();
        assertThat(lab.balance().spent()).isEqualTo(charged);
    }

    private static String ran(Client client, String run) {
        return client.get("/api/runs/" + run + "/output/file?path=ran").body();
    }

    /** Both sweep every second, and each hold is ended by one entry. */
    private void requireExpiredOnce() {
        AccountId world = new AccountId(UUID.randomUUID());
        AccountId account = new AccountId(UUID.randomUUID());
        ledger.open(new Account(world, Unit.GPU_SECOND, "the world", true));
        ledger.open(new Account(account, Unit.GPU_SECOND, "somebody", false));
        Instant soon = Instant.now().plusMillis(1500);
        List<Hold> holds = new ArrayList<>();
        for (int i = 0; i < HOLDS; i++) {
            EntryId id = new EntryId(UUID.randomUUID());
            holds.add(new Hold(id, world, account, new Amount(1, Unit.GPU_SECOND), soon, "run"));
        }
        ledger.post(holds);
        await("holds expire", () -> expiries(world) > 0);
        await("all of them", () -> ledger.balance(world).held() == 0);
        assertThat(expiries(world)).isEqualTo(HOLDS);
    }

    private long expiries(AccountId account) {
        return sql.sql("select count(*) from ledger.entry where from_account = :account and kind = 'EXPIRY'")
                .param("account", account.value())
                .query(Long.class)
                .single();
    }

    private void requireOneHolderOfEachLock() {
        LOCKS.forEach(lock -> assertThat(holders(lock)).as(lock).hasSize(1));
    }

    /** Which instances hold the advisory lock whose number is spelled so. */
    private List<String> holders(String lock) {
        return sql.sql("""
                select activity.application_name from pg_locks as held join pg_stat_activity as activity using (pid)
                 where held.locktype = 'advisory' and held.granted and activity.datname = current_database()
                   and (held.classid::bigint << 32) + held.objid::bigint = :lock
                """)
                .param("lock", new BigInteger(lock.getBytes(UTF_8)).longValueExact())
                .query((row, number) -> row.getString(1))
                .list();
    }

    /** The one that is killed is the one that has all the work. */
    private void killOneInTheMiddle(Lab lab, Browser browser) throws Exception {
        String working = holders("train").getFirst();
        PlatformProcess victim = instance(working);
        PlatformProcess survivor = instance(working.equals("first") ? "second" : "first");
        Client before = victim.nobody().with(lab.client.token());
        Client after = survivor.nobody().with(lab.client.token());
        String run =
                before.post("/api/runs", lab.script("""
                        echo once >> "$AIFACTORY_OUTPUT/ran"
                        until [ -e "$AIFACTORY_OUTPUT/go" ]; do sleep 0.1; done
                        """)).json(201).get("id").asString();
        Path output = home.resolve("runs").resolve(run).resolve("output");
        await("the run has begun", () -> Files.exists(output.resolve("ran")));
        String upload =
                new Sender(before).announce("half.txt", 10).json(201).get("id").asString();
        new Sender(before).append(upload, 0, "Hello".getBytes(UTF_8)).json(204);

        victim.kill();

        requireSignedIn(browser, survivor);
        new Sender(after).append(upload, 5, "there".getBytes(UTF_8)).json(204);
        Files.createFile(output.resolve("go"));
        String next = after.post("/api/runs", lab.script("echo once >> \"$AIFACTORY_OUTPUT/ran\""))
                .json(201)
                .get("id")
                .asString();
        for (String each : List.of(run, next)) {
            await(
                    "the run has ended",
                    () -> after.get("/api/runs/" + each)
                            .json(200)
                            .get("state")
                            .asString()
                            .equals("SUCCEEDED"));
            assertThat(ran(after, each)).isEqualTo("once\n");
        }
        assertThat(lab.balance().held()).isZero();
        requireOneHolderOfEachLock();
    }

    private static void await(String what, BooleanSupplier happens) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!happens.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(end);
            Lab.pause();
        }
    }
}
