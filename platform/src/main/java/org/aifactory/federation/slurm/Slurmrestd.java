package org.aifactory.federation.slurm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The way to slurmrestd and back, in the newest version of its interface that both sides speak. Its answers are not what they seem: a wrong
 * token is an error of the server's, and a controller that is away looks like a job that is gone, so everything that is read as “there is
 * none” is read in an answer without errors.
 */
final class Slurmrestd {
    /** slurmrestd itself waits for a controller that is away for up to 18 seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    /** For all of an answer; the time-out of a request ends where its answer begins. */
    private static final Duration ALL_OF_IT = Duration.ofSeconds(60);
    /** Of an answer, in bytes; ten thousand jobs are about 40 MB. */
    private static final int MOST = 256 << 20;

    private static final int FIRST_FAILURE = 400;
    private static final int NOT_FOUND = 404;

    private final HttpClient http;
    private final JsonMapper json;
    private final SlurmSite.Rest site;
    private final InstantSource clock;
    /** Until the site gets another Slurm. */
    private volatile Optional<RestDialect> spoken = Optional.empty();

    private final Duration patience;

    Slurmrestd(HttpClient http, JsonMapper json, SlurmSite.Rest site, InstantSource clock) {
        this(http, json, site, clock, ALL_OF_IT);
    }

    /** @param patience for all of an answer */
    Slurmrestd(HttpClient http, JsonMapper json, SlurmSite.Rest site, InstantSource clock, Duration patience) {
        this.patience = patience;
        this.http = http;
        this.json = json;
        this.site = site;
        this.clock = clock;
    }

    SlurmSite.Rest site() {
        return site;
    }

    /** @param body read from an answer that is no object of Slurm's as what is missing */
    private record Reply(int status, JsonNode body) {
        /** What slurmrestd itself knows nothing of it says in plain words; what Slurm does not know, in an object. */
        boolean isUnknownAddress() {
            return status == NOT_FOUND && !body.has("errors");
        }
    }

    /**
     * The newest that both speak, found by trying.
     *
     * @throws MachineUnavailable when nobody answers, or there is none
     */
    RestDialect dialect() {
        Optional<RestDialect> known = spoken;
        if (known.isPresent()) {
            return known.get();
        }
        for (RestDialect dialect : RestDialect.KNOWN) {
            Reply reply = exchange("GET", "/slurm/" + dialect.version() + "/ping", BodyPublishers.noBody());
            if (!reply.isUnknownAddress()) {
                require(reply, dialect);
                spoken = Optional.of(dialect);
                return dialect;
            }
        }
        throw new MachineUnavailable(Message.of(
                "federation.slurm.no-version",
                site.address(),
                RestDialect.KNOWN.stream().map(RestDialect::version).collect(Collectors.joining(", "))));
    }

    /**
     * An answer without errors.
     *
     * @param part {@code slurm} for the controller, {@code slurmdb} for the accounts
     */
    JsonNode get(String part, String path) {
        JsonNode answer = ask("GET", part, path);
        requireNone(fault(answer));
        return answer;
    }

    /** An answer of Slurm's, which may be that something is wrong. */
    JsonNode ask(String method, String part, String path) {
        return send(method, part, path, BodyPublishers.noBody());
    }

    JsonNode post(String part, String path, Object body) {
        return send("POST", part, path, BodyPublishers.ofString(json.writeValueAsString(body)));
    }

    private JsonNode send(String method, String part, String path, BodyPublisher body) {
        RestDialect dialect = dialect();
        Reply reply = exchange(method, "/" + part + "/" + dialect.version() + "/" + path, body);
        if (reply.isUnknownAddress()) {
            // The site may have got another Slurm; next time it is asked what it speaks.
            spoken = Optional.empty();
        }
        return require(reply, dialect);
    }

    /** An answer that is no object of Slurm's, or reports a failure without saying which, is none at all. */
    private JsonNode require(Reply reply, RestDialect dialect) {
        if (!reply.body().path("errors").isArray()
                || (reply.status() >= FIRST_FAILURE && fault(reply.body()).isEmpty())) {
            throw unavailable("slurmrestd at " + site.address() + " answers with status " + reply.status()
                    + ", and not as slurmrestd " + dialect.version() + " would.");
        }
        return reply.body();
    }

    private Reply exchange(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site.address() + path))
                .timeout(PATIENCE)
                .header("X-SLURM-USER-NAME", site.person())
                .header("X-SLURM-USER-TOKEN", site.token())
                .header("Accept", "application/json")
                .method(method, body);
        if (body.contentLength() > 0) {
            // Without a body it would be what the query is in.
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<byte[]> answer =
                    await(http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST)));
            return new Reply(answer.statusCode(), read(answer.body()));
        } catch (IOException away) {
            throw new MachineUnavailable("slurmrestd at " + site.address() + " does not answer: " + away, away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MachineUnavailable("The question to " + site.address() + " was broken off.", stopped);
        }
    }

    /** What comes too slowly, or without end, is broken off. */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer)
            throws IOException, InterruptedException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("no end of an answer within " + patience.toSeconds() + " s", slow);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException away ? away : new IOException(failure.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private JsonNode read(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JacksonException noJson) {
            return MissingNode.getInstance();
        }
    }

    /** What an answer lists. Where there is no list, nothing is known, which is not the same as none. */
    List<JsonNode> list(JsonNode answer, String field) {
        if (!answer.path(field).isArray()) {
            throw unavailable("slurmrestd at " + site.address() + " answers without a list of " + field + ".");
        }
        return RestReader.array(answer, field);
    }

    /** Some versions call its number one thing and some another. */
    static Optional<RestFault> fault(JsonNode answer) {
        JsonNode errors = answer.path("errors");
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        JsonNode error = errors.get(0);
        int code = error.path("error_code").asInt(error.path("error_number").asInt(0));
        String words = error.path("error").asString("");
        String more = error.path("description").asString("");
        return Optional.of(new RestFault(
                code, more.isBlank() || more.equals(words) ? words : (words + " (" + more + ")").strip()));
    }

    void requireNone(Optional<RestFault> fault) {
        if (fault.isPresent()) {
            throw unavailable("Slurm at " + site.address() + " answers: "
                    + fault.get().sentence() + " [" + fault.get().code() + "]");
        }
    }

    /** A wrong token is answered in many ways; that it is too old it says itself. */
    private MachineUnavailable unavailable(String said) {
        return site.expires()
                .filter(expires -> !expires.isAfter(clock.instant()))
                .map(expires ->
                        new MachineUnavailable(Message.of("federation.slurm.token-expired", site.person(), expires)))
                .orElseGet(() -> new MachineUnavailable(said));
    }
}
