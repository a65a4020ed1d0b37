package org.aifactory.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the numbers and samples that runs write on the way, one JSON object a line. What is no such line is passed over: a program may
 * write what it likes, and neither its mistakes nor its malice are to stop anything.
 */
@Component
class Readings implements DisposableBean {
    /** What a program writes its numbers to, in its folder. */
    static final String METRICS = "metrics.jsonl";
    /** Likewise samples. */
    static final String SAMPLES = "samples.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final int AT_ONCE = 1 << 20;
    private static final int LONGEST_LINE = 1 << 16;
    /** So many pieces are read when a run has ended; other runs wait for that. */
    private static final int MOST_PIECES = 32;

    private static final int MOST_VALUES = 64;
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_SAMPLE = 10_000;

    private final RunTable runs;
    private final ReadingTable table;
    private final RunPlaces places;
    private final JsonMapper json;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final Set<RunId> inHand = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("read-", 0).factory());

    Readings(
            RunTable runs,
            ReadingTable table,
            RunPlaces places,
            JsonMapper json,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.runs = runs;
        this.table = table;
        this.places = places;
        this.json = json;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Reads on in what a run writes; returns at once. */
    void follow(Attempt attempt) {
        if (inHand.add(attempt.run())) {
            workers.execute(() -> {
                try {
                    read(attempt, 1, false);
                } finally {
                    inHand.remove(attempt.run());
                }
            });
        }
    }

    /** Reads the rest of what a run has written that has ended. */
    void finish(Attempt attempt) {
        read(attempt, MOST_PIECES, true);
    }

    private void read(Attempt attempt, int pieces, boolean isOver) {
        try {
            boolean ours = runs.find(attempt.run()).orElseThrow().recipe().makesModel();
            String folder = attempt.run() + (ours ? "/output/training/" : "/");
            for (String file : List.of(METRICS, SAMPLES)) {
                for (int piece = 0; piece < pieces && readPiece(attempt, folder, file, isOver); piece++) {}
            }
        } catch (IOException | RuntimeException failure) {
            LOG.warn("What run {} writes could not be read", attempt.run(), failure);
        }
    }

    /** Reads some lines; whether there may be more. */
    private boolean readPiece(Attempt attempt, String folder, String file, boolean isOver) throws IOException {
        ReadingTable.Place place = table.place(attempt, file);
        Optional<SeekableByteChannel> opened = places.files().open(folder + file, isOver);
        if (opened.isEmpty()) {
            return false;
        }
        byte[] bytes;
        try (SeekableByteChannel channel = opened.get()) {
            if (channel.size() <= place.bytes()) {
                return false;
            }
            bytes = bytes(channel.position(place.bytes()));
        }
        int end = lastLineEnd(bytes);
        boolean tooLong = end == 0 && bytes.length >= LONGEST_LINE;
        int taken = tooLong ? bytes.length : end;
        List<String> lines = tooLong
                ? List.of()
                : new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        if (taken > 0) {
            Instant now = clock.instant();
            transaction.executeWithoutResult(status -> {
                if (table.move(attempt, file, place, taken, lines.size())) {
                    write(attempt.run(), file, lines, place.lines(), now);
                }
            });
        }
        return taken > 0 && bytes.length == AT_ONCE;
    }

    private static byte[] bytes(SeekableByteChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(AT_ONCE);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** A line counts once it is whole. */
    private static int lastLineEnd(byte[] bytes) {
        for (int at = bytes.length; at > 0; at--) {
            if (bytes[at - 1] == '\n') {
                return at;
            }
        }
        return 0;
    }

    private void write(RunId run, String file, List<String> lines, long before, Instant now) {
        if (file.equals(METRICS)) {
            writeMetrics(run, lines, before, now);
        } else {
            writeSamples(run, lines, before, now);
        }
    }

    private void writeMetrics(RunId run, List<String> lines, long before, Instant now) {
        Map<Long, String> metrics = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            long number = before + i + 1;
            parse(lines.get(i)).ifPresent(object -> {
                long step = step(object).orElse(number);
                metrics.remove(step);
                metrics.put(step, json.writeValueAsString(values(object)));
            });
        }
        table.add(run, metrics, now);
    }

    private void writeSamples(RunId run, List<String> lines, long before, Instant now) {
        List<ReadingTable.Sample> samples = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            long number = before + i + 1;
            parse(lines.get(i)).ifPresent(object -> {
                String text = word(object, "text");
                if (!text.isEmpty()) {
                    samples.add(new ReadingTable.Sample(number, step(object), now, word(object, "prompt"), text));
                }
            });
        }
        table.add(run, samples);
    }

    private Optional<JsonNode> parse(String line) {
        if (line.isBlank() || line.length() > LONGEST_LINE) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(json.readTree(line)).filter(JsonNode::isObject);
        } catch (JacksonException noJson) {
            return Optional.empty();
        }
    }

    private static Optional<Long> step(JsonNode object) {
        return Optional.ofNullable(object.get("step"))
                .filter(step -> step.isIntegralNumber() && step.canConvertToLong() && step.asLong() >= 0)
                .map(JsonNode::asLong);
    }

    private static String word(JsonNode object, String name) {
        JsonNode node = object.get(name);
        String word = node == null || !node.isString() ? "" : node.asString().replace("\0", "");
        return word.substring(0, Math.min(LONGEST_SAMPLE, word.length()));
    }

    /** What can be drawn and said of a line. */
    private static Map<String, Object> values(JsonNode object) {
        Map<String, Object> values = new LinkedHashMap<>();
        object.properties().stream()
                .filter(entry -> entry.getKey().length() <= LONGEST_WORD
                        && entry.getKey().indexOf('\0') < 0)
                .limit(MOST_VALUES)
                .forEach(entry -> {
                    JsonNode value = entry.getValue();
                    // Without the default it would throw where a number is too large for a double.
                    if (value.isIntegralNumber() && value.canConvertToLong()) {
                        values.put(entry.getKey(), value.asLong());
                    } else if (value.isNumber() && Double.isFinite(value.asDouble(Double.NaN))) {
                        values.put(entry.getKey(), value.asDouble());
                    } else if (value.isString()
                            && value.asString().length() <= LONGEST_WORD
                            && value.asString().indexOf('\0') < 0) {
                        values.put(entry.getKey(), value.asString());
                    }
                });
        return values;
    }

    @Override
    public void destroy() {
        workers.shutdown();
    }
}
