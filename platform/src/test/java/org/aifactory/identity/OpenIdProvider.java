package org.aifactory.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.aifactory.JavaProgram;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** Spring Authorization Server in a process of its own, which the platform under test accepts as the provider "university". */
public final class OpenIdProvider implements AutoCloseable {
    static final String SECRET = "known to both";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Taken when the platform is told of it, long before a test starts the provider there. */
    private static final int PORT = freePort();

    private final Process process;

    private OpenIdProvider(Process process) {
        this.process = process;
    }

    /** Tells the platform of it. */
    @TestConfiguration
    public static class Accepted {

        @Bean
        DynamicPropertyRegistrar provider() {
            return properties -> {
                String university = "aifactory.sign-in.providers.university.";
                properties.add(university + "issuer", OpenIdProvider::issuer);
                properties.add(university + "client-id", () -> "aifactory");
                properties.add(university + "client-secret", () -> SECRET);
                properties.add(university + "name", () -> "The University");
                String closed = "aifactory.sign-in.providers.closed.";
                properties.add(closed + "issuer", () -> "http://127.0.0.1:1");
                properties.add(closed + "client-id", () -> "aifactory");
                properties.add(closed + "client-secret", () -> SECRET);
            };
        }
    }

    static String issuer() {
        return "http://127.0.0.1:" + PORT;
    }

    /**
     * Starts it.
     *
     * @param platform whose people sign in with it
     */
    static OpenIdProvider start(String platform) throws IOException, InterruptedException {
        Path log = Path.of("target", "openid-provider.log");
        Process process = JavaProgram.ofTests(OpenIdProviderProgram.class, Integer.toString(PORT), platform)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Instant end = Instant.now().plus(PATIENCE);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest question = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .build();
            while (!answers(http, question)) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    process.destroyForcibly();
                    throw new AssertionError("The provider did not start; " + log + " says why.");
                }
                Thread.sleep(200);
            }
        }
        return new OpenIdProvider(process);
    }

    private static boolean answers(HttpClient http, HttpRequest question) throws InterruptedException {
        try {
            return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
