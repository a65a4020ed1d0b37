package org.aifactory.federation.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.aifactory.federation.JobLog;
import org.springframework.util.FileSystemUtils;

/** Where the process that watches a job leaves word of it; {@code job.sh} says what each file holds. */
public record JobFolder(Path path) {
    /** In bytes; of a log the first part and the last two or three stay. */
    public static final int LOG_PART = 4 << 20;

    private static final String LOG = "log.";
    private static final int MOST_OF_COMPLAINTS = 500;

    /** The process that watches, in a form that no other process can be mistaken for. */
    public record Watcher(long pid, long startTicks, String boot) {

        /** False also for the time before a reboot, whatever has its number now. */
        boolean isAlive() {
            return boot.equals(Processes.boot()) && Processes.startTicks(pid).equals(Optional.of(startTicks));
        }
    }

    public record Start(long group, Instant at) {}

    public record End(int status, Instant at) {}

    public Optional<Watcher> watcher() {
        return words("claim", words -> new Watcher(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]));
    }

    public Optional<Start> start() {
        return words("started", words -> new Start(Long.parseLong(words[0]), instant(words[1])));
    }

    public Optional<End> end() {
        return words("ended", words -> new End(Integer.parseInt(words[0]), instant(words[1])));
    }

    Path temporary() {
        return path.resolve("tmp");
    }

    Path passwd() {
        return path.resolve("passwd");
    }

    /** What the watching process itself had to say, which is nothing where all is well. */
    public Path complaints() {
        return path.resolve("complaints");
    }

    String readComplaints() {
        try {
            String all = Files.readString(complaints(), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .strip();
            return all.length() > MOST_OF_COMPLAINTS ? all.substring(0, MOST_OF_COMPLAINTS) : all;
        } catch (IOException none) {
            return "";
        }
    }

    /** A piece of the log; what was left out of a long one is stepped over. */
    public JobLog log(long from, int most) {
        try {
            TreeMap<Long, Path> parts = parts();
            long size = parts.isEmpty()
                    ? 0
                    : parts.lastKey() + Files.size(parts.lastEntry().getValue());
            long begin = from < 0 ? Math.max(0, size + from) : Math.min(from, size);
            byte[] bytes = new byte[0];
            while (bytes.length == 0 && begin < size) {
                var part = parts.floorEntry(begin);
                bytes = part == null ? bytes : read(part.getValue(), begin - part.getKey(), most);
                if (bytes.length == 0) {
                    Long next = parts.higherKey(begin);
                    begin = next == null ? size : next;
                }
            }
            return new JobLog(begin, bytes, size, leftOut(parts, size));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Removes what is no longer needed when the job has ended. */
    void tidy() throws IOException {
        FileSystemUtils.deleteRecursively(temporary());
    }

    public void delete() throws IOException {
        FileSystemUtils.deleteRecursively(path);
    }

    /** Each part by the place of its first byte. */
    private TreeMap<Long, Path> parts() throws IOException {
        TreeMap<Long, Path> parts = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, LOG + "*")) {
            for (Path file : files) {
                parts.put(Long.parseLong(file.getFileName().toString().substring(LOG.length())) * LOG_PART, file);
            }
        } catch (NoSuchFileException | java.nio.file.NotDirectoryException notBegun) {
            return parts;
        }
        return parts;
    }

    private static long leftOut(TreeMap<Long, Path> parts, long size) throws IOException {
        long kept = 0;
        for (Path part : parts.values()) {
            try {
                kept += Files.size(part);
            } catch (NoSuchFileException leftOutJustNow) {
                // It counts no more.
            }
        }
        return Math.max(0, size - kept);
    }

    private static byte[] read(Path part, long from, int most) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(part)) {
            long left = channel.position(from).size() - from;
            ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(left, 0, most));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return java.util.Arrays.copyOf(bytes.array(), bytes.position());
        } catch (NoSuchFileException leftOut) {
            return new byte[0];
        }
    }

    private <T> Optional<T> words(String file, Function<String[], T> reader) {
        try {
            return Optional.of(
                    reader.apply(Files.readString(path.resolve(file)).strip().split(" ", -1)));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Seconds since 1970 with a fraction, as the shell writes them. */
    private static Instant instant(String word) {
        BigDecimal seconds = new BigDecimal(word.replace(',', '.'));
        return Instant.ofEpochSecond(
                seconds.longValue(),
                seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
    }

    /** The program that watches a job, as it lies among the classes. */
    public static byte[] script() {
        try (InputStream script = JobFolder.class.getResourceAsStream("job.sh")) {
            return java.util.Objects.requireNonNull(script).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
