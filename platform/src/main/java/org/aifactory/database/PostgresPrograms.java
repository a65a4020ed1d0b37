package org.aifactory.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's own programs, unpacked beside the data they serve, and how to run one. */
final class PostgresPrograms {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String FOLDER_PREFIX = "programs-";
    private static final long MINUTES_AT_MOST = 5;

    private final Path folder;
    private final boolean root;

    private PostgresPrograms(Path folder) throws IOException {
        this.folder = folder;
        this.root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Finds the programs of this version in a directory, or unpacks them there; those of other versions are removed. */
    static PostgresPrograms in(Path directory) throws IOException {
        URL archive = PostgresPrograms.class.getResource(ARCHIVE);
        if (archive == null || !System.getProperty("os.arch").equals("amd64")) {
            throw new DatabaseException(
                    "The database that comes with AI Factory runs on Linux on x86-64 only. Give the address of"
                            + " a PostgreSQL server in AIFACTORY_DATABASE_URL.");
        }
        Path folder = directory.resolve(FOLDER_PREFIX + fingerprint(archive));
        if (!Files.isDirectory(folder)) {
            Path half = directory.resolve(FOLDER_PREFIX + "half");
            FileSystemUtils.deleteRecursively(half);
            unpack(archive, half);
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        removeOthers(directory, folder);
        return new PostgresPrograms(folder);
    }

    /** The archive's checksum as its jar states it, so that nothing needs to be read to find the version unpacked already. */
    private static String fingerprint(URL archive) throws IOException {
        var entry = ((JarURLConnection) archive.openConnection()).getJarEntry();
        return HexFormat.of().toHexDigits(entry.getCrc(), 8);
    }

    private static void unpack(URL archive, Path target) throws IOException {
        try (InputStream packed = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, entry.resolveIn(target));
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path place) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(place);
            return;
        }
        Files.createDirectories(place.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, place);
        if ((entry.getMode() & 0100) != 0) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(place));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(place, permissions);
        }
    }

    private static void removeOthers(Path directory, Path kept) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(FOLDER_PREFIX) && !file.equals(kept)) {
                    FileSystemUtils.deleteRecursively(file);
                }
            }
        }
    }

    /** Whether a process runs one of these programs, rather than another that was given its number. */
    boolean isServer(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).endsWith("bin/postgres"))
                .orElse(false);
    }

    /** What a program did. */
    record Outcome(int status, String output) {}

    /**
     * Runs a program to its end.
     *
     * @param input what it reads from standard input
     * @param words the program's name, then its arguments
     */
    Outcome run(String input, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody, and its files are still
            // its own.
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(folder.resolve("bin").resolve(words[0]).toString());
        command.addAll(List.of(words).subList(1, words.length));
        // A server that is started inherits its output; a file, unlike a pipe, ends without waiting for it.
        Path output = Files.createTempFile("aifactory-postgres", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
                writer.write(input);
            }
            return new Outcome(waitFor(process), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(output);
        }
    }

    private static int waitFor(Process process) {
        try {
            if (process.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)) {
                return process.exitValue();
            }
            throw new DatabaseException("PostgreSQL did not answer within " + MINUTES_AT_MOST + " minutes.");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("Interrupted while waiting for PostgreSQL.", stopped);
        } finally {
            process.destroyForcibly();
        }
    }
}
