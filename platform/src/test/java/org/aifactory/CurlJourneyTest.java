package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script with curl and jq that reads the description of the API goes from signing up to a model that answers. */
@Tag("journey")
class CurlJourneyTest {
    private static final Path SCRIPT = Path.of("..", "test", "journey", "curl.sh");
    private static final int MINUTES = 15;

    @TempDir
    Path home;

    @Test
    void nothing_but_the_description_is_needed_for_the_whole_journey() throws Exception {
        try (PlatformProcess platform = PlatformProcess.start(home, PlatformProcess.IN_PROJECT, "--with", "founding")) {
            assertThat(journey(platform.address(), platform.address() + "/example-people/none"))
                    .contains("journey: POST /api/example-people/none/token: 404 This link is of an earlier start");
            assertThat(journey(platform.address())).contains("The whole journey is done.");
        }
    }

    private String journey(String... words) throws IOException, InterruptedException {
        Path said = home.resolve("said.txt");
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
        command.addAll(List.of(words));
        Process journey = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!journey.waitFor(MINUTES, TimeUnit.MINUTES)) {
            journey.destroyForcibly();
        }
        return Files.readString(said);
    }
}
