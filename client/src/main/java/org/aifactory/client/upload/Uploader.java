package org.aifactory.client.upload;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.ProgressLine;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;

/**
 * Sends files by tus 1.0.0, each part with its SHA-256. Nothing is kept on this machine for going on later: the server lists the uploads
 * that it has, and one with the same name, length and SHA-256 is gone on with, or used as it is where it is finished.
 */
public final class Uploader {
    private static final int PART_BYTES = 8 << 20;
    private static final int READ_BYTES = 1 << 20;
    private static final Duration PART_MAY_TAKE = Duration.ofMinutes(10);
    /** In a row, without one byte more arriving in between: about a minute and a half in all. */
    private static final int MOST_FAILURES = 8;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final int CHECKSUM_DIFFERS = 460;
    private static final int NOT_NOW = 409;

    private final Server server;
    private final String organisation;
    private final Terminal terminal;
    private final Duration firstPause;

    public Uploader(Server server, String organisation, Terminal terminal) {
        this(server, organisation, terminal, FIRST_PAUSE);
    }

    /** @param firstPause after a connection broke; each one after it is twice as long */
    Uploader(Server server, String organisation, Terminal terminal, Duration firstPause) {
        this.firstPause = firstPause;
        this.server = server;
        this.organisation = organisation;
        this.terminal = terminal;
    }

    /**
     * The ids of finished uploads, one for each file in order.
     *
     * @throws ClientException when the server stays away too long; the same again goes on where it stopped
     */
    public List<String> send(LocalFiles files) {
        List<String> checksums = checksums(files);
        Map<String, Known> known = known();
        Meter meter = new Meter("Uploading", files.bytes());
        List<String> uploads = new ArrayList<>();
        for (int i = 0; i < files.files().size(); i++) {
            LocalFile file = files.files().get(i);
            uploads.add(send(file, checksums.get(i), known, meter));
        }
        terminal.progress().erase();
        return uploads;
    }

    private List<String> checksums(LocalFiles files) {
        Meter meter = new Meter("Reading  ", files.bytes());
        List<String> checksums = new ArrayList<>();
        for (LocalFile file : files.files()) {
            checksums.add(checksum(file, meter::add));
        }
        terminal.progress().erase();
        return checksums;
    }

    private static String checksum(LocalFile file, LongConsumer read) {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[READ_BYTES];
        try (InputStream in = Files.newInputStream(file.path())) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                read.accept(count);
            }
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** An upload that the server has. */
    private record Known(String id, boolean finished) {}

    private Map<String, Known> known() {
        Map<String, Known> known = new HashMap<>();
        for (Reply upload : server.all("/api/uploads?organisation=" + organisation)) {
            String sha256 = upload.has("sha256") ? upload.raw("sha256") : upload.raw("announced");
            known.put(
                    key(upload.raw("name"), upload.number("length"), sha256),
                    new Known(upload.raw("id"), upload.raw("state").equals("FINISHED")));
        }
        return known;
    }

    private static String key(String name, long length, String sha256) {
        return sha256 + " " + length + " " + name;
    }

    private String send(LocalFile file, String sha256, Map<String, Known> known, Meter meter) {
        Known there = known.get(key(file.name(), file.bytes(), sha256));
        if (there != null && there.finished()) {
            meter.skip(file.bytes());
            return there.id();
        }
        String upload = there == null ? announce(file, sha256) : there.id();
        sendParts(file, upload, there != null, meter);
        return upload;
    }

    private String announce(LocalFile file, String sha256) {
        HttpRequest.Builder request = tus("/api/uploads?organisation=" + organisation)
                .header("Upload-Length", Long.toString(file.bytes()))
                .header("Upload-Metadata", "filename " + base64(file.name()) + ",sha256 " + base64(sha256))
                .POST(BodyPublishers.noBody());
        try {
            HttpResponse<InputStream> answer = server.send(request);
            if (answer.statusCode() != 201) {
                throw server.refusal(answer);
            }
            try (InputStream body = answer.body()) {
                return Server.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .raw("id");
            }
        } catch (IOException failure) {
            throw server.unreachable(failure);
        }
    }

    private void sendParts(LocalFile file, String upload, boolean begunBefore, Meter meter) {
        long base = meter.done();
        long offset = 0;
        boolean knowsOffset = !begunBefore;
        int failures = 0;
        try (SeekableByteChannel channel = Files.newByteChannel(file.path())) {
            while (offset < file.bytes() || !knowsOffset) {
                try {
                    if (!knowsOffset) {
                        offset = offset(upload);
                        knowsOffset = true;
                        meter.set(base + offset);
                    } else {
                        offset = sendPart(file, channel, upload, offset);
                        meter.set(base + offset);
                        failures = 0;
                    }
                } catch (IOException broken) {
                    failures++;
                    if (failures > MOST_FAILURES) {
                        throw givenUp(file, broken);
                    }
                    meter.wait("the connection broke; trying again");
                    Server.pause(pauseAfter(failures));
                    knowsOffset = false;
                }
            }
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    private Duration pauseAfter(int failures) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(10, failures - 1));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** @return where the upload stands after it */
    private long sendPart(LocalFile file, SeekableByteChannel channel, String upload, long offset) throws IOException {
        byte[] part = read(file, channel, offset);
        HttpRequest.Builder request = tus("/api/uploads/" + upload)
                .timeout(PART_MAY_TAKE)
                .header("Upload-Offset", Long.toString(offset))
                .header("Upload-Checksum", "sha256 " + Base64.getEncoder().encodeToString(sha256().digest(part)))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(part));
        HttpResponse<InputStream> answer = server.send(request);
        if (answer.statusCode() == 204) {
            answer.body().close();
            return answer.headers().firstValueAsLong("Upload-Offset").orElse(offset + part.length);
        }
        ClientException refusal = server.refusal(answer);
        boolean isLast = offset + part.length == file.bytes();
        if (answer.statusCode() == CHECKSUM_DIFFERS && isLast) {
            // It is the whole that differs, and the server has thrown it away.
            throw new ClientException(
                    ExitStatus.REFUSED,
                    refusal.sentence() + "\nDid the file "
                            + Plain.line(file.path().toString()) + " change while it was sent?");
        }
        if (isPassing(answer.statusCode())) {
            throw new IOException(refusal.sentence());
        }
        throw refusal;
    }

    /** A part that was damaged on the way, a sender of before that the server still waits for, and what is away for a while. */
    private static boolean isPassing(int status) {
        return status == CHECKSUM_DIFFERS || status == NOT_NOW || status >= 500;
    }

    /** Asked as JSON, because a refusal has words then. */
    private long offset(String upload) throws IOException {
        HttpResponse<InputStream> answer =
                server.send(server.request("/api/uploads/" + upload).GET());
        if (answer.statusCode() != 200) {
            ClientException refusal = server.refusal(answer);
            if (isPassing(answer.statusCode())) {
                throw new IOException(refusal.sentence());
            }
            throw refusal;
        }
        try (InputStream body = answer.body()) {
            return Server.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                    .number("received");
        }
    }

    private static byte[] read(LocalFile file, SeekableByteChannel channel, long offset) {
        byte[] part = new byte[(int) Math.min(PART_BYTES, file.bytes() - offset)];
        ByteBuffer buffer = ByteBuffer.wrap(part);
        try {
            channel.position(offset);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new ClientException(
                            ExitStatus.REFUSED,
                            "The file " + Plain.line(file.path().toString())
                                    + " became shorter while it was sent; give the same command again.");
                }
            }
            return part;
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    private HttpRequest.Builder tus(String path) {
        return server.request(path).header("Tus-Resumable", "1.0.0");
    }

    private ClientException givenUp(LocalFile file, IOException failure) {
        ClientException away = server.unreachable(failure);
        return new ClientException(
                ExitStatus.UNREACHABLE,
                away.sentence() + "\nWhat was sent of " + Plain.line(file.name())
                        + " is kept there for some days; the same command goes on where it stopped.",
                failure);
    }

    private static ClientException unreadable(LocalFile file, IOException failure) {
        return new ClientException(
                ExitStatus.REFUSED,
                "The file " + Plain.line(file.path().toString()) + " cannot be read: " + failure.getMessage(),
                failure);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Shows how many of all bytes are through, how fast, and how long the rest takes. */
    private final class Meter {
        private final String work;
        private final long total;
        private final long begun = System.nanoTime();
        private final ProgressLine line = terminal.progress();
        private long done;
        private long skipped;

        Meter(String work, long total) {
            this.work = work;
            this.total = total;
        }

        long done() {
            return done;
        }

        void add(long bytes) {
            set(done + bytes);
        }

        /** Bytes that were there before do not count for the speed. */
        void skip(long bytes) {
            skipped += bytes;
            set(done + bytes);
        }

        void set(long bytes) {
            done = bytes;
            double seconds = (System.nanoTime() - begun) / 1e9;
            double rate = (done - skipped) / Math.max(seconds, 1e-3);
            String left = rate > 0 ? Words.duration((total - done) / rate) + " left" : "";
            line.show(
                    work,
                    total == 0 ? 1 : (double) done / total,
                    Words.bytes(done) + " of " + Words.bytes(total) + "  " + Words.bytes(rate) + "/s  " + left);
        }

        void wait(String why) {
            line.show(work, total == 0 ? 1 : (double) done / total, why);
        }
    }
}
