package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.database.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code aifactory up} as the person meets it: a process with a terminal, an address and Ctrl-C. */
class UpTest {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
    private static final int INTERRUPTED = 130;
    private static final int MACHINE_LACKS = 5;

    @TempDir
    Path home;

    @Test
    void it_says_where_it_is_answers_there_and_leaves_nothing_behind_after_ctrl_c() throws Exception {
        TestDatabase.lendProgramsTo(home.resolve("postgres"));
        Process platform = up("--port", "0", "--home", home.toString(), "--with", "founding");
        try {
            List<String> said = saidBy(platform, "/first-administrator?code=");
            URI address = addressIn(said);

            assertThat(said)
                    .filteredOn(line -> line.contains("/example-people/"))
                    .hasSize(6);
            assertThat(get(address, "/api/partitions/leonardo-booster").statusCode())
                    .isEqualTo(200);

            assertThat(get(address, "/actuator/health").body()).contains("\"status\":\"UP\"");
            assertThat(get(address, "/actuator/prometheus").statusCode()).isEqualTo(401);
            HttpResponse<String> missing = get(address, "/docs/no-such-page");
            assertThat(missing.statusCode()).isEqualTo(404);
            assertThat(missing.headers().firstValue("Content-Type")).contains("application/problem+json");

            long server = Long.parseLong(Files.readAllLines(home.resolve("postgres/data/postmaster.pid"))
                    .getFirst());
            assertThat(ProcessHandle.of(server)).isPresent();
            new ProcessBuilder("kill", "-INT", Long.toString(platform.pid()))
                    .start()
                    .waitFor();
            assertThat(platform.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(platform.exitValue()).isEqualTo(INTERRUPTED);
            assertThat(home.resolve("postgres/data/postmaster.pid")).doesNotExist();
            assertThat(Files.readAllLines(home.resolve("log/platform.jsonl")))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("{\"@timestamp\":"));
        } finally {
            platform.destroyForcibly();
        }
    }

    @Test
    void example_data_that_there_is_none_of_is_named_in_one_sentence() throws Exception {
        Process platform = up("--home", home.toString(), "--with", "../elsewhere");
        assertThat(outputOf(platform))
                .containsExactly("There is no example data called “../elsewhere”; there is: founding, rounds.");
        assertThat(platform.waitFor()).isEqualTo(2);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void a_port_that_is_taken_is_named_in_one_sentence() throws Exception {
        try (ServerSocket squatter = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(squatter.getLocalPort());
            Process platform = up("--port", port, "--home", home.toString());
            assertThat(outputOf(platform))
                    .containsExactly("Another program listens on port " + port + "; choose one with --port.");
            assertThat(platform.waitFor()).isEqualTo(MACHINE_LACKS);
            assertThat(home).isEmptyDirectory();
        }
    }

    @Test
    void a_database_that_cannot_be_used_is_named_in_one_sentence() throws Exception {
        Files.writeString(home.resolve("postgres"), "a file where a folder should be");
        Process platform = up("--port", "0", "--home", home.toString());
        assertThat(outputOf(platform))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("The database's folder " + home.resolve("postgres") + " cannot be used");
        assertThat(platform.waitFor()).isEqualTo(MACHINE_LACKS);
    }

    private static Process up(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // Whoever runs these tests in the background has them ignore Ctrl-C, and what they start with them.
                "env",
                "--default-signal=INT",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Daifactory.root=..",
                "-cp",
                System.getProperty("java.class.path"),
                Up.class.getName()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What it has said by the time that it says this. */
    private static List<String> saidBy(Process platform, String last) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = platform.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.contains(last)) {
                return lines;
            }
        }
        throw new AssertionError("It ended without saying " + last + ": " + lines);
    }

    private static URI addressIn(List<String> lines) {
        Matcher address = ADDRESS.matcher(lines.get(1));
        assertThat(address.find()).isTrue();
        return URI.create(address.group());
    }

    private static List<String> outputOf(Process platform) {
        return platform.inputReader().lines().toList();
    }

    private static HttpResponse<String> get(URI address, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
        }
    }
}
