package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.ledger.Account;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Unit;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A start-up with an allocation of core-seconds on this computer, and the few words in which tests run things on it. */
public final class Lab {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> UNDER_WAY = Set.of("WAITING", "QUEUED", "RUNNING");

    public final Client client;
    public final String organisation;
    public final String allocation;
    private final AccountId account;
    private final JdbcClient sql;
    private final Ledger ledger;

    /** @param seconds how many core-seconds the allocation is of */
    public Lab(Client client, JdbcClient sql, Ledger ledger, long seconds) {
        this(client, sql, ledger, seconds, "local-cpu");
    }

    /** @param partition the slug of a partition of cores */
    public Lab(Client client, JdbcClient sql, Ledger ledger, long seconds, String partition) {
        this.client = client;
        this.organisation = client.organisation();
        this.sql = sql;
        this.ledger = ledger;
        this.account = new AccountId(UUID.randomUUID());
        this.allocation = grant(seconds, partition);
    }

    private Lab(Client client, Lab same) {
        this.client = client;
        this.organisation = same.organisation;
        this.sql = same.sql;
        this.ledger = same.ledger;
        this.account = same.account;
        this.allocation = same.allocation;
    }

    /** The same start-up as another client sees it, such as at the address of a platform that was started again. */
    public Lab at(Client other) {
        return new Lab(other, this);
    }

    private String grant(long seconds, String slug) {
        UUID partition = sql.sql("select id from federation.partition where slug = :slug")
                .param("slug", slug)
                .query(UUID.class)
                .single();
        UUID supply = sql.sql("select supply_account from federation.partition where slug = :slug")
                .param("slug", slug)
                .query(UUID.class)
                .single();
        ledger.open(new Account(account, Unit.CPU_CORE_SECOND, "allocation of a test", false));
        ledger.post(new Transfer(
                new EntryId(UUID.randomUUID()),
                new AccountId(supply),
                account,
                new Amount(seconds, Unit.CPU_CORE_SECOND),
                "A test begins"));
        String person = client.get("/api/me").json(200).get("person").asString();
        UUID application = UUID.randomUUID();
        UUID id = UUID.randomUUID();
        sql.sql("""
                insert into access.application (id, organisation, applicant, key, request, partition, mode, months, hours, hour_unit,
                       amount, project, commercial, answers, profile, findings, state, submitted_at, decided_at, reason)
                values (:id, :organisation::uuid, :person::uuid, :id, 'test', :partition, 'playground', 1, 1, 'CORE_HOUR',
                       :amount, '{"title": "First steps", "purpose": "A test"}', false, '{}', '{}', '[]', 'GRANTED', now(), now(),
                       'test')
                """)
                .param("id", application)
                .param("organisation", organisation)
                .param("person", person)
                .param("partition", partition)
                .param("amount", seconds)
                .update();
        sql.sql("""
                insert into access.allocation (id, application, organisation, project, mode, partition, account, from_at, until, state,
                       commercial)
                values (:id, :application, :organisation::uuid, 'First steps', 'playground', :partition, :account,
                       now() - interval '1 day', now() + interval '90 days', 'ACTIVE', false)
                """)
                .param("id", id)
                .param("application", application)
                .param("organisation", organisation)
                .param("partition", partition)
                .param("account", account.value())
                .update();
        return id.toString();
    }

    /** From now on the start-up is this computer's operator, whose programs may run on it also where they cannot be confined. */
    public Lab operating() {
        sql.sql("update federation.factory set operator = :organisation::uuid where slug = 'local'")
                .param("organisation", organisation)
                .update();
        return this;
    }

    public static void nobodyOperates(JdbcClient sql) {
        sql.sql("update federation.factory set operator = null where slug = 'local'")
                .update();
    }

    public Balance balance() {
        return ledger.balance(account);
    }

    /** What asks for a script to be run for a minute on one core. */
    public Map<String, Object> script(String script) {
        Map<String, Object> wish = new HashMap<>(
                Map.of("allocation", allocation, "recipe", "command", "command", script, "minutes", 1, "cores", 1));
        wish.put("memoryBytes", 200L << 20);
        return wish;
    }

    public Answer submit(Map<String, Object> wish) {
        return client.post("/api/runs", wish);
    }

    public String start(Map<String, Object> wish) {
        return submit(wish).json(201).get("id").asString();
    }

    public JsonNode show(String run) {
        return client.get("/api/runs/" + run).json(200);
    }

    public JsonNode awaitEnd(String run) {
        return await(run, view -> !UNDER_WAY.contains(view.get("state").asString()));
    }

    public JsonNode awaitRunning(String run) {
        return await(run, view -> view.get("state").asString().equals("RUNNING"));
    }

    public JsonNode await(String run, Predicate<JsonNode> condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (true) {
            JsonNode view = show(run);
            if (condition.test(view)) {
                return view;
            }
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("Still " + view + "; its log: " + log(run));
            }
            pause();
        }
    }

    /** Ends whoever watches an attempt's job on this computer, as a machine that fails would; the attempt has to run. */
    void breakMachineUnder(String run, int attempt) {
        JsonNode view = await(
                run,
                known -> known.get("attempts").size() == attempt
                        && known.get("state").asString().equals("RUNNING"));
        java.nio.file.Path claim = java.nio.file.Path.of(
                "target/test-home/local-machine/jobs",
                view.at("/attempts/" + (attempt - 1) + "/job").asString(),
                "claim");
        try {
            String watcher = java.nio.file.Files.readString(claim).split(" ", 2)[0];
            ProcessHandle.of(Long.parseLong(watcher)).orElseThrow().destroyForcibly();
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    public static void await(java.util.function.BooleanSupplier condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("What was waited for did not come about.");
            }
            pause();
        }
    }

    public static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    public String log(String run) {
        return client.get("/api/runs/" + run + "/log").body();
    }

    String output(String run, String path) {
        return client.get("/api/runs/" + run + "/output/file?path=" + path).body();
    }

    /** A version of a new dataset with these files. */
    public String version(Map<String, byte[]> files) {
        List<String> uploads = files.entrySet().stream()
                .map(file -> upload(file.getKey(), file.getValue()))
                .toList();
        String dataset = client.post(
                        "/api/datasets",
                        Map.of("organisation", organisation, "name", "Data " + UUID.randomUUID(), "licence", "CC0-1.0"))
                .json(201)
                .get("id")
                .asString();
        return client.post("/api/datasets/" + dataset + "/versions", Map.of("uploads", uploads))
                .json(201)
                .get("id")
                .asString();
    }

    private String upload(String name, byte[] bytes) {
        String upload = client.send(client.request("/api/uploads?organisation=" + organisation)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header(
                                "Upload-Metadata",
                                "filename " + Base64.getEncoder().encodeToString(name.getBytes(UTF_8)))
                        .POST(BodyPublishers.noBody()))
                .json(201)
                .get("id")
                .asString();
        client.send(client.request("/api/uploads/" + upload)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Offset", "0")
                        .header("Content-Type", "application/offset+octet-stream")
                        .method("PATCH", BodyPublishers.ofByteArray(bytes)))
                .json(204);
        return upload;
    }
}
