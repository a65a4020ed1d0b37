package org.aifactory.federation.slurm;

import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.aifactory.federation.Booking;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cluster behind slurmrestd. */
final class RestCluster implements Cluster {
    /** So that an address stays short. */
    private static final int NAMES_AT_ONCE = 100;

    private final Slurmrestd rest;

    RestCluster(HttpClient http, JsonMapper json, SlurmSite.Rest site, InstantSource clock) {
        this.rest = new Slurmrestd(http, json, site, clock);
    }

    private RestReader reader() {
        return new RestReader(rest.dialect());
    }

    @Override
    public long submit(Batch job) throws Refused {
        JsonNode answer = rest.post("slurm", "job/submit", rest.dialect().submission(job));
        long number = answer.path("job_id").asLong(0);
        if (number > 0) {
            // Taken, also where Slurm adds that it cannot start just now.
            return number;
        }
        Optional<RestFault> fault = Slurmrestd.fault(answer);
        if (fault.isPresent() && fault.get().isRefusal()) {
            throw refused(fault.get(), job);
        }
        rest.requireNone(fault);
        throw new MachineUnavailable("slurmrestd at " + rest.site().address() + " told no number of a job.");
    }

    private Refused refused(RestFault fault, Batch job) {
        return switch (fault.code()) {
            case RestFault.NO_SUCH_ACCOUNT ->
                new Refused(Message.of(
                        "federation.slurm.refuses-account",
                        fault.sentence(),
                        job.account(),
                        rest.site().person()));
            case RestFault.NO_SUCH_PARTITION ->
                new Refused(Message.of("federation.slurm.refuses-partition", fault.sentence(), job.partition()));
            default -> new Refused(fault.sentence());
        };
    }

    @Override
    public Map<String, SlurmJob> jobs() {
        JsonNode answer = rest.get("slurm", "jobs");
        RestReader reader = reader();
        Map<String, SlurmJob> jobs = new HashMap<>();
        rest.list(answer, "jobs").forEach(job -> SlurmCommand.add(jobs, reader.live(job)));
        return jobs;
    }

    @Override
    public Map<String, SlurmJob> accounted(List<String> names, Instant since) {
        List<JsonNode> known = ofAccounts(names, since);
        RestReader reader = reader();
        Map<String, SlurmJob> jobs = new HashMap<>();
        known.forEach(job -> SlurmCommand.add(jobs, reader.accounted(job)));
        return jobs;
    }

    @Override
    public Map<String, List<Booking>> books(List<String> names, Instant since) {
        List<JsonNode> jobs = new ArrayList<>(ofAccounts(names, since));
        RestReader reader = reader();
        jobs.sort(Comparator.comparingLong((JsonNode job) -> job.path("job_id").asLong())
                .thenComparingLong(
                        job -> reader.dialect().number(job.path("time").path("submission")))
                .thenComparingLong(
                        job -> reader.dialect().number(job.path("time").path("start"))));
        return jobs.stream()
                .collect(Collectors.groupingBy(
                        job -> job.path("name").asString(""),
                        Collectors.mapping(reader::booking, Collectors.toList())));
    }

    private List<JsonNode> ofAccounts(List<String> names, Instant since) {
        List<JsonNode> jobs = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_AT_ONCE));
            JsonNode answer = rest.ask(
                    "GET",
                    "slurmdb",
                    "jobs?start_time=uts" + since.getEpochSecond() + "&job_name="
                            + URLEncoder.encode(String.join(",", some), StandardCharsets.UTF_8));
            Optional<RestFault> fault = Slurmrestd.fault(answer);
            rest.requireNone(fault.filter(trouble -> trouble.code() != RestFault.NOTHING_FOUND));
            jobs.addAll(fault.isPresent() ? RestReader.array(answer, "jobs") : rest.list(answer, "jobs"));
        }
        return jobs;
    }

    @Override
    public void cancel(long number) {
        JsonNode answer = rest.ask("DELETE", "slurm", "job/" + number);
        Optional<RestFault> fault = Slurmrestd.fault(answer).or(() -> ofJobs(answer));
        rest.requireNone(fault.filter(
                trouble -> trouble.code() != RestFault.NO_SUCH_JOB && trouble.code() != RestFault.ENDED_ALREADY));
    }

    /** Newer versions say of each job whether it was ended, and nothing of that where other errors stand. */
    private static Optional<RestFault> ofJobs(JsonNode answer) {
        return RestReader.array(answer, "status").stream()
                .map(job -> job.path("error"))
                .filter(error -> error.path("code").asInt(0) != 0)
                .findFirst()
                .map(error -> new RestFault(
                        error.path("code").asInt(), error.path("string").asString("")));
    }

    @Override
    public List<Shape> partitions() {
        List<JsonNode> nodes = nodes();
        RestReader reader = reader();
        return rest.list(rest.get("slurm", "partitions"), "partitions").stream()
                .map(partition -> reader.shape(partition, nodes))
                .toList();
    }

    @Override
    public Free free(String partition) {
        List<JsonNode> own = RestReader.in(partition, nodes());
        if (own.isEmpty()) {
            throw new MachineUnavailable(Message.of("federation.slurm.partition-gone", partition));
        }
        return reader().free(own);
    }

    @Override
    public Optional<List<Load>> queue(String partition) {
        List<JsonNode> jobs = rest.list(rest.get("slurm", "jobs"), "jobs");
        RestReader reader = reader();
        return Optional.of(jobs.stream()
                .filter(job -> RestDialect.words(job.path("partition")).contains(partition))
                .flatMap(job -> reader.load(job).stream())
                .toList());
    }

    @Override
    public String version() {
        JsonNode answer = rest.get("slurm", "ping");
        RestDialect dialect = rest.dialect();
        if (RestReader.array(answer, "pings").stream().noneMatch(dialect::answers)) {
            throw new MachineUnavailable("slurmrestd answers, and Slurm's controller does not.");
        }
        String release = dialect.release(answer.path("meta"));
        return release.isEmpty() ? "of unknown version" : release;
    }

    @Override
    public AccountBooks accountBooks() {
        return new RestAccounts(rest);
    }

    private List<JsonNode> nodes() {
        return rest.list(rest.get("slurm", "nodes"), "nodes");
    }
}
