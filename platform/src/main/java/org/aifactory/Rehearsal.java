package org.aifactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * A start, the first requests and an end, in a folder of its own, while Java writes down what it loads ({@code -XX:AOTCacheOutput}). Later
 * starts read that instead of finding it out anew.
 */
public final class Rehearsal {
    private static final List<String> ASKED =
            List.of("/", "/sign-in", "/factories", "/actuator/health", "/api/factories");

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("aifactory-rehearsal");
        try {
            SpringApplication application = new SpringApplication(PlatformApplication.class);
            try (ConfigurableApplicationContext platform =
                    application.run("--server.port=0", "--aifactory.home=" + home)) {
                String port = platform.getEnvironment().getProperty("local.server.port");
                ask("http://127.0.0.1:" + port);
            }
        } finally {
            FileSystemUtils.deleteRecursively(home);
        }
    }

    private static void ask(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : ASKED) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                        .header("Accept", "text/html,application/json")
                        .build();
                client.send(request, BodyHandlers.discarding());
            }
        }
    }
}
