package org.aifactory.federation.slurm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.MachineId;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long it takes to ask Slurm of many jobs, {@code PollCycle ADDRESS FOLDER COUNT…}, the database's password in PGPASSWORD. Slurm is a
 * program here that answers as slurmrestd 22.05 did, with as many bytes for a job as that. Prints {@code COUNT FIRST AGAIN REQUESTS} for each
 * number of jobs: the seconds of a cycle in which every job has begun, of one in which nothing is new, and the requests of that one.
 */
public final class PollCycle {
    /** A job took 4 KB in slurmrestd's answer. */
    private static final String REST = "\"more\": \"" + "x".repeat(3600) + "\"";

    private static volatile byte[] answer = {};
    private static final AtomicInteger REQUESTS = new AtomicInteger();

    private PollCycle() {}

    public static void main(String[] words) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", PollCycle::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        try (HikariDataSource database = new HikariDataSource();
                HttpClient http = HttpClient.newHttpClient()) {
            database.setJdbcUrl(words[0]);
            database.setUsername("aifactory");
            database.setPassword(System.getenv("PGPASSWORD"));
            JdbcClient jdbc = JdbcClient.create(database);
            JsonMapper json = JsonMapper.builder().findAndAddModules().build();
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            SlurmJobs jobs = new SlurmJobs(jdbc, json);
            MachineId machine = new MachineId(jdbc.sql("select id from federation.machine where connection = 'LOCAL'")
                    .query(UUID.class)
                    .single());
            SlurmMachine slurm = new SlurmMachine(
                    machine,
                    new RestCluster(
                            http, json, new SlurmSite.Rest(address, "nobody", "trial", "none"), InstantSource.system()),
                    job -> "trial",
                    new SlurmPartitions(jdbc),
                    jobs,
                    new JobPlace(Path.of(words[1])),
                    new SlurmQueues(InstantSource.system()),
                    Optional.empty(),
                    Duration.ofMinutes(1),
                    InstantSource.system());
            for (String count : List.of(words).subList(2, words.length)) {
                System.out.println(count + " " + cycles(slurm, jdbc, Integer.parseInt(count)));
            }
        } finally {
            server.stop(0);
        }
    }

    private static String cycles(SlurmMachine slurm, JdbcClient jdbc, int count) {
        List<JobKey> keys = Stream.generate(JobKey::random).limit(count).toList();
        try {
            for (JobKey key : keys) {
                insert(jdbc, key);
            }
            answer = answer(keys).getBytes(StandardCharsets.UTF_8);
            double first = cycle(slurm, keys);
            double again = IntStream.range(0, 5)
                    .mapToDouble(round -> cycle(slurm, keys))
                    .sorted()
                    .toArray()[2];
            REQUESTS.set(0);
            cycle(slurm, keys);
            return first + " " + again + " " + REQUESTS.get();
        } finally {
            jdbc.sql("delete from federation.slurm_job").update();
        }
    }

    private static double cycle(SlurmMachine slurm, List<JobKey> keys) {
        long begin = System.nanoTime();
        if (slurm.poll(keys).size() != keys.size()) {
            throw new IllegalStateException("Not all jobs were found.");
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void insert(JdbcClient jdbc, JobKey key) {
        jdbc.sql("""
                insert into federation.slurm_job (key, machine, partition, request, state, submitted_at, number, reason, details)
                select :key, machine.id, partition.id,
                       jsonb_build_object('key', :name, 'partition', partition.id, 'command', jsonb_build_array('true'),
                           'environment', '{}'::jsonb, 'secrets', '{}'::jsonb, 'folder', '/tmp/none', 'readable', '[]'::jsonb,
                           'nodes', 1, 'cores', 1, 'gpus', 0, 'memoryBytes', 1, 'wallTime', 'PT1M', 'confined', false),
                       'QUEUED', now(), 1, 'STARTING', '[]'
                  from federation.machine join federation.partition on partition.machine = machine.id
                 where machine.connection = 'LOCAL' and partition.kind = 'CPU' limit 1
                """).param("key", key.value()).param("name", key.toString()).update();
    }

    private static String answer(List<JobKey> keys) {
        StringBuilder jobs = new StringBuilder("{\"errors\": [], \"jobs\": [");
        long now = Instant.now().getEpochSecond();
        for (int number = 0; number < keys.size(); number++) {
            jobs.append(number == 0 ? "" : ",")
                    .append("{\"job_id\": ")
                    .append(number + 1)
                    .append(", \"name\": \"aif-")
                    .append(keys.get(number))
                    .append("\", \"job_state\": \"RUNNING\", \"state_reason\": \"None\", \"partition\": \"cpu\", ")
                    .append("\"tres_alloc_str\": \"cpu=1,mem=200M\", \"start_time\": ")
                    .append(now)
                    .append(", \"end_time\": ")
                    .append(now + 60)
                    .append(", ")
                    .append(REST)
                    .append("}");
        }
        return jobs.append("]}").toString();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        REQUESTS.incrementAndGet();
        if (!exchange.getRequestURI().getPath().contains("/v0.0.38/")) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        byte[] bytes = exchange.getRequestURI().getPath().endsWith("/ping")
                ? "{\"errors\": [], \"pings\": [{\"ping\": \"UP\"}], \"meta\": {\"Slurm\": {\"release\": \"22.05.8\"}}}"
                        .getBytes(StandardCharsets.UTF_8)
                : answer;
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
