package org.aifactory.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.ProgressLine;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;

/** Brings files to this machine. A file has its name once it is whole and right, and what was there before stays until then. */
final class Downloader {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Server server;
    private final Terminal terminal;

    Downloader(Server server, Terminal terminal) {
        this.server = server;
        this.terminal = terminal;
    }

    /** @param sha256 what it should be, in hexadecimal digits; empty where that is not known */
    void file(String path, Path file, String sha256) {
        Path absolute = file.toAbsolutePath();
        Path beside = absolute.resolveSibling(absolute.getFileName() + ".part");
        for (int attempt = 1; ; attempt++) {
            try {
                fetch(path, file, beside, sha256);
                Files.move(beside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                terminal.progress().erase();
                return;
            } catch (Broken broken) {
                if (attempt == ATTEMPTS) {
                    throw server.unreachable(broken);
                }
                Server.pause(PAUSE.multipliedBy(attempt));
            } catch (IOException failure) {
                throw new ClientException(
                        ExitStatus.REFUSED,
                        "The file " + Plain.line(file.toString()) + " cannot be written: " + failure.getMessage(),
                        failure);
            }
        }
    }

    private void fetch(String path, Path file, Path beside, String sha256) throws IOException {
        Files.createDirectories(Objects.requireNonNull(beside.getParent()));
        MessageDigest digest = sha256();
        try (Server.Body body = server.body(path);
                OutputStream out = Files.newOutputStream(beside)) {
            copy(body, out, digest, String.valueOf(file.getFileName()));
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!sha256.isEmpty() && !sha256.equals(found)) {
            throw new Broken(new IOException("the file arrived with another checksum"));
        }
    }

    private void copy(Server.Body body, OutputStream out, MessageDigest digest, String name) throws IOException {
        ProgressLine line = terminal.progress();
        long begun = System.nanoTime();
        long length = body.length();
        long done = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = read(body.stream(), buffer); count >= 0; count = read(body.stream(), buffer)) {
            out.write(buffer, 0, count);
            digest.update(buffer, 0, count);
            done += count;
            double rate = done / Math.max(1e-3, (System.nanoTime() - begun) / 1e9);
            String speed = Words.bytes(done) + "  " + Words.bytes(rate) + "/s";
            if (length > 0) {
                line.show(
                        Plain.line(name),
                        (double) done / length,
                        speed + "  " + Words.duration((length - done) / Math.max(1, rate)) + " left");
            } else {
                line.show(Plain.line(name), speed);
            }
        }
        if (length >= 0 && done != length) {
            throw new Broken(new IOException("the connection ended too early"));
        }
    }

    /** The network's failures are tried again, unlike those of the disk. */
    private static int read(InputStream in, byte[] buffer) throws Broken {
        try {
            return in.read(buffer);
        } catch (IOException failure) {
            throw new Broken(failure);
        }
    }

    private static final class Broken extends IOException {
        Broken(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
