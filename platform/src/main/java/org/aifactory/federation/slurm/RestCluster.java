package org.aifactory.federation.slurm;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.Booking;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.web.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * A cluster behind slurmrestd, as Slurm 22.05 speaks ({@code v0.0.38}). Its answers are not what they seem: a wrong token is an error of
 * the server's, and a controller that is away looks like a job that is gone, so everything that is read as “there is none” is read in an
 * answer without errors.
 */
final class RestCluster implements Cluster {
    static final String VERSION = "v0.0.38";

    /** slurmrestd itself waits for a controller that is away for up to 18 seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    /** Of an answer, in bytes; ten thousand jobs are about 40 MB. */
    private static final int MOST = 256 << 20;

    /** So that an address stays short. */
    private static final int NAMES_AT_ONCE = 100;

    private static final int NOTHING_FOUND = 9003;
    private static final int NO_SUCH_PARTITION = 2000;
    private static final int NO_SUCH_ACCOUNT = 2045;
    private static final int NO_SUCH_JOB = 2017;
    private static final int ENDED_ALREADY = 2021;
    private static final int FIRST_FAILURE = 400;
    private static final int MINUTE = 60;
    private static final Pattern NOT_ITS_TURN = Pattern.compile("JobHeld|Dependency|BeginTime|Reservation");

    private final HttpClient http;
    private final JsonMapper json;
    private final SlurmSite.Rest site;
    private final InstantSource clock;

    RestCluster(HttpClient http, JsonMapper json, SlurmSite.Rest site, InstantSource clock) {
        this.http = http;
        this.json = json;
        this.site = site;
        this.clock = clock;
    }

    @Override
    public long submit(Batch job) throws Refused {
        Map<String, Object> wish = new HashMap<>();
        wish.put("name", job.name());
        // Also where names are cut or changed by a site's own rules, the comment stays.
        wish.put("comment", job.name());
        wish.put("account", site.account());
        wish.put("partition", job.partition());
        wish.put("nodes", List.of(job.nodes(), job.nodes()));
        wish.put("tasks", job.nodes());
        wish.put("tasks_per_node", 1);
        wish.put("cpus_per_task", job.cores());
        wish.put("memory_per_node", job.memoryMib());
        wish.put("time_limit", Math.ceilDiv(job.limit().toSeconds(), MINUTE));
        wish.put("requeue", false);
        wish.put("current_working_directory", job.folder());
        wish.put("standard_output", job.folder() + "/complaints");
        wish.put("environment", Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8"));
        if (job.gpus() > 0) {
            wish.put("gres", "gpu:" + job.gpus());
        }
        JsonNode answer = send(request("/slurm/" + VERSION + "/job/submit")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("script", job.script(), "job", wish)))));
        long number = answer.path("job_id").asLong(0);
        if (number > 0) {
            // Taken, also where Slurm adds that it cannot start just now.
            return number;
        }
        Optional<Fault> fault = fault(answer);
        if (fault.isPresent() && fault.get().isRefusal()) {
            throw refused(fault.get(), job);
        }
        requireNone(fault);
        throw new MachineUnavailable("slurmrestd at " + site.address() + " told no number of a job.");
    }

    private Refused refused(Fault fault, Batch job) {
        return switch (fault.code()) {
            case NO_SUCH_ACCOUNT ->
                new Refused(Message.of(
                        "federation.slurm.refuses-account", fault.sentence(), site.account(), site.person()));
            case NO_SUCH_PARTITION ->
                new Refused(Message.of("federation.slurm.refuses-partition", fault.sentence(), job.partition()));
            default -> new Refused(fault.sentence());
        };
    }

    @Override
    public Map<String, SlurmJob> jobs() {
        JsonNode answer = get("/slurm/" + VERSION + "/jobs");
        Map<String, SlurmJob> jobs = new HashMap<>();
        for (JsonNode job : array(answer, "jobs")) {
            add(jobs, live(job));
        }
        return jobs;
    }

    @Override
    public Map<String, SlurmJob> accounted(List<String> names, Instant since) {
        Map<String, SlurmJob> jobs = new HashMap<>();
        ofAccounts(names, since).forEach(job -> add(jobs, accounted(job)));
        return jobs;
    }

    @Override
    public Map<String, List<Booking>> books(List<String> names, Instant since) {
        List<JsonNode> jobs = new ArrayList<>(ofAccounts(names, since));
        jobs.sort(Comparator.comparingLong((JsonNode job) -> job.path("job_id").asLong())
                .thenComparingLong(job -> job.path("time").path("submission").asLong())
                .thenComparingLong(job -> job.path("time").path("start").asLong()));
        Map<String, List<Booking>> books = new HashMap<>();
        jobs.forEach(job -> books.computeIfAbsent(job.path("name").asString(""), name -> new ArrayList<>())
                .add(booking(job)));
        return books;
    }

    private static Booking booking(JsonNode job) {
        SlurmJob known = accounted(job);
        return new Booking(
                job.path("time").path("elapsed").asLong(0),
                known.cores(),
                known.gpus(),
                // One that was begun anew has an end each time, and no state of an end but the last.
                instant(job.path("time").path("end")).isPresent());
    }

    private List<JsonNode> ofAccounts(List<String> names, Instant since) {
        List<JsonNode> jobs = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_AT_ONCE));
            JsonNode answer = send(request("/slurmdb/" + VERSION + "/jobs?start_time=uts" + since.getEpochSecond()
                            + "&job_name=" + URLEncoder.encode(String.join(",", some), StandardCharsets.UTF_8))
                    .GET());
            requireNone(fault(answer).filter(fault -> fault.code() != NOTHING_FOUND));
            jobs.addAll(array(answer, "jobs"));
        }
        return jobs;
    }

    /** Of two of one name, which a crash of the controller can make, the later counts: it is the one that goes on. */
    private static void add(Map<String, SlurmJob> jobs, SlurmJob job) {
        jobs.merge(job.name(), job, (one, other) -> one.number() > other.number() ? one : other);
    }

    @Override
    public void cancel(long number) {
        Optional<Fault> fault =
                fault(send(request("/slurm/" + VERSION + "/job/" + number).DELETE()));
        requireNone(fault.filter(trouble -> trouble.code() != NO_SUCH_JOB && trouble.code() != ENDED_ALREADY));
    }

    @Override
    public List<Shape> partitions() {
        List<JsonNode> nodes = nodes();
        List<Shape> shapes = new ArrayList<>();
        for (JsonNode partition : array(get("/slurm/" + VERSION + "/partitions"), "partitions")) {
            String name = partition.path("name").asString("");
            List<JsonNode> own = nodes.stream().filter(node -> isIn(node, name)).toList();
            shapes.add(new Shape(
                    name,
                    own.size(),
                    (int) least(own, "cpus"),
                    own.stream().mapToInt(node -> gpus(node, "tres")).min().orElse(0),
                    least(own, "real_memory"),
                    Duration.ofMinutes(partition.path("max_time_limit").asLong(0)),
                    partition.path("state").asString("").contains("UP")));
        }
        return shapes;
    }

    @Override
    public Free free(String partition) {
        int cores = 0;
        int freeCores = 0;
        int gpus = 0;
        int freeGpus = 0;
        long memory = 0;
        long freeMemory = 0;
        List<JsonNode> own =
                nodes().stream().filter(node -> isIn(node, partition)).toList();
        if (own.isEmpty()) {
            throw new MachineUnavailable(Message.of("federation.slurm.partition-gone", partition));
        }
        for (JsonNode node : own) {
            // Nodes that are drained or down come back; what asks for them waits.
            cores += node.path("cpus").asInt(0);
            gpus += gpus(node, "tres");
            memory += node.path("real_memory").asLong(0);
            if (isUp(node)) {
                freeCores += node.path("idle_cpus").asInt(0);
                freeGpus += gpus(node, "tres") - gpus(node, "tres_used");
                freeMemory += node.path("real_memory").asLong(0)
                        - node.path("alloc_memory").asLong(0);
            }
        }
        return new Free(cores, freeCores, gpus, freeGpus, memory, freeMemory);
    }

    @Override
    public Optional<List<Load>> queue(String partition) {
        return Optional.of(array(get("/slurm/" + VERSION + "/jobs"), "jobs").stream()
                .filter(job ->
                        List.of(job.path("partition").asString("").split(",")).contains(partition))
                .flatMap(job -> load(job).stream())
                .toList());
    }

    /** Empty for what has ended, and for what waits for something else than its turn. */
    private static Optional<Load> load(JsonNode job) {
        JobState state = SlurmState.named(job.path("job_state").asString("")).meaning();
        long priority = job.path("priority").asLong(0);
        boolean runs = state == JobState.RUNNING;
        boolean waits = state == JobState.QUEUED
                && priority > 0
                && !NOT_ITS_TURN.matcher(job.path("state_reason").asString("")).lookingAt();
        if (!runs && !waits) {
            return Optional.empty();
        }
        String resources = job.path(runs ? "tres_alloc_str" : "tres_req_str").asString("");
        return Optional.of(new Load(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                runs,
                Math.max(1, Tres.amount(resources, "cpu")),
                Tres.amount(resources, "gres/gpu"),
                runs ? Optional.empty() : instant(job.path("start_time")),
                runs ? instant(job.path("end_time")) : Optional.empty(),
                Duration.ofMinutes(Math.max(1, job.path("time_limit").asLong(1))),
                priority));
    }

    @Override
    public String version() {
        JsonNode answer = get("/slurm/" + VERSION + "/ping");
        boolean up = false;
        for (JsonNode ping : array(answer, "pings")) {
            up |= ping.path("ping").asString("").equals("UP");
        }
        if (!up) {
            throw new MachineUnavailable("slurmrestd answers, and Slurm's controller does not.");
        }
        return answer.path("meta").path("Slurm").path("release").asString("of unknown version");
    }

    private List<JsonNode> nodes() {
        return array(get("/slurm/" + VERSION + "/nodes"), "nodes");
    }

    private static boolean isIn(JsonNode node, String partition) {
        return array(node, "partitions").stream()
                .anyMatch(name -> name.asString("").equals(partition));
    }

    private static boolean isUp(JsonNode node) {
        return !node.path("state").asString("").startsWith("down")
                && array(node, "state_flags").stream()
                        .map(flag -> flag.asString(""))
                        .noneMatch(flag -> flag.equals("DRAIN") || flag.equals("NOT_RESPONDING"));
    }

    private static long least(List<JsonNode> nodes, String field) {
        return nodes.stream()
                .mapToLong(node -> node.path(field).asLong(0))
                .min()
                .orElse(0);
    }

    private static int gpus(JsonNode node, String field) {
        return Tres.amount(node.path(field).asString(""), "gres/gpu");
    }

    private static SlurmJob live(JsonNode job) {
        SlurmState state = SlurmState.named(job.path("job_state").asString(""));
        String allocated = job.path("tres_alloc_str").asString("");
        boolean waits = state.meaning() == JobState.QUEUED;
        Optional<Instant> start = instant(job.path("start_time"));
        return new SlurmJob(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                state,
                why(job),
                waits ? Optional.empty() : start,
                state.meaning().hasEnded() ? instant(job.path("end_time")) : Optional.empty(),
                waits ? start : Optional.empty(),
                job.path("restart_cnt").asInt(0),
                Tres.amount(allocated, "cpu"),
                Tres.amount(allocated, "gres/gpu"));
    }

    /** Of nodes that are down or drained Slurm says so in its sentence alone. */
    private static String why(JsonNode job) {
        return job.path("state_description").asString("").startsWith("Nodes required for job are DOWN")
                ? "ReqNodeNotAvail"
                : job.path("state_reason").asString("");
    }

    private static SlurmJob accounted(JsonNode job) {
        SlurmState state = SlurmState.named(job.path("state").path("current").asString(""));
        JsonNode time = job.path("time");
        return new SlurmJob(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                state,
                job.path("state").path("reason").asString(""),
                instant(time.path("start")),
                state.meaning().hasEnded() ? instant(time.path("end")) : Optional.empty(),
                Optional.empty(),
                job.path("restart_cnt").asInt(0),
                counted(job, "cpu", ""),
                counted(job, "gres", "gpu"));
    }

    private static int counted(JsonNode job, String type, String name) {
        return array(job.path("tres"), "allocated").stream()
                .filter(one -> one.path("type").asString("").equals(type)
                        && one.path("name").asString("").equals(name))
                .mapToInt(one -> one.path("count").asInt(0))
                .findFirst()
                .orElse(0);
    }

    /** Zero is Slurm's word for “not yet”. */
    private static Optional<Instant> instant(JsonNode seconds) {
        return Optional.of(seconds.asLong(0)).filter(time -> time > 0).map(Instant::ofEpochSecond);
    }

    private static List<JsonNode> array(JsonNode node, String field) {
        List<JsonNode> all = new ArrayList<>();
        node.path(field).forEach(all::add);
        return all;
    }

    /** @param code Slurm's number for it; some answers call it one thing and some another */
    private record Fault(int code, String sentence) {
        /** Numbers of this range (slurm_errno.h) are what the controller has to say to a job; others are troubles of the way there. */
        private static final int FIRST = 2000;

        private static final int LAST = 2999;
        /** The controller is not itself just now. */
        private static final java.util.Set<Integer> PASSING = java.util.Set.of(2015, 2024, 2047, 2057, 2058, 2085);

        boolean isRefusal() {
            return code >= FIRST && code <= LAST && !PASSING.contains(code);
        }
    }

    private static Optional<Fault> fault(JsonNode answer) {
        return array(answer, "errors").stream().findFirst().map(error -> {
            int code = error.path("error_code").asInt(error.path("error_number").asInt(0));
            String words = error.path("error").asString("");
            String more = error.path("description").asString("");
            return new Fault(code, more.isBlank() || more.equals(words) ? words : words + " (" + more + ")");
        });
    }

    private void requireNone(Optional<Fault> fault) {
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

    private JsonNode get(String path) {
        JsonNode answer = send(request(path).GET());
        requireNone(fault(answer));
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(site.address() + path))
                .timeout(PATIENCE)
                .header("X-SLURM-USER-NAME", site.person())
                .header("X-SLURM-USER-TOKEN", site.token());
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return read(answer.statusCode(), body.readNBytes(MOST));
            }
        } catch (IOException away) {
            throw new MachineUnavailable("slurmrestd at " + site.address() + " does not answer: " + away, away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MachineUnavailable("The question to " + site.address() + " was broken off.", stopped);
        }
    }

    /** An answer that is no object of Slurm's, or reports a failure without saying which, is none at all. */
    private JsonNode read(int status, byte[] body) {
        JsonNode answer = MissingNode.getInstance();
        try {
            answer = json.readTree(body);
        } catch (JacksonException noJson) {
            // Said below.
        }
        if (!answer.has("errors") || (status >= FIRST_FAILURE && fault(answer).isEmpty())) {
            throw unavailable("slurmrestd at " + site.address() + " answers with status " + status
                    + ", and not as slurmrestd " + VERSION + " would.");
        }
        return answer;
    }
}
