package org.aifactory.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.training.Lab;
import tools.jackson.databind.JsonNode;

/** Real runs of the engine, of two steps on a page of words, and the models that come of them. */
public final class TinyRuns {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> KNOWN =
            List.of("to", "be", "or", "not", "that", "is", "the", "question", "whether", "it", "nobler", "in", "mind");
    private static final long MEMORY = 3L << 29;

    private TinyRuns() {}

    static Map<String, byte[]> texts() {
        String talk = IntStream.range(0, 40)
                .mapToObj(i -> """
                        {"messages": [{"role": "user", "content": "%s?"}, {"role": "assistant", "content": "%s."}]}
                        """.formatted(words(i, 4), words(i + 100, 6)))
                .collect(Collectors.joining());
        return Map.of("text.txt", words(1, 2500).getBytes(UTF_8), "talk.jsonl", talk.getBytes(UTF_8));
    }

    private static String words(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> KNOWN.get(random.nextInt(KNOWN.size())))
                .limit(count)
                .collect(Collectors.joining(" "));
    }

    /** The model of a run that has ended well. */
    public static JsonNode train(Lab lab, String name) {
        String run = lab.start(Map.of(
                "allocation",
                lab.allocation,
                "recipe",
                "chatbot",
                "name",
                name,
                "dataset",
                lab.version(texts()),
                "steps",
                2,
                "cores",
                1,
                "memoryBytes",
                MEMORY));
        JsonNode end = lab.awaitEnd(run);
        assertThat(end.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        return ofRun(lab, run);
    }

    /** The model that a run has made, once it is registered. */
    static JsonNode ofRun(Lab lab, String run) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(patience)) {
            JsonNode made = lab.client.get("/api/runs/" + run + "/model").json(200);
            if (made.get("model").isObject()) {
                return made.get("model");
            }
            assertThat(made.get("reason").asString()).isEmpty();
            Lab.pause();
        }
        throw new AssertionError("No model of run " + run);
    }
}
