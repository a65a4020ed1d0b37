package org.aifactory.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A PostgreSQL server of a test's own, outside of every platform, which the test may stop, start again and kill. */
public final class OutsideServer implements AutoCloseable {
    private final Path directory;
    private EmbeddedPostgres running;

    private OutsideServer(Path directory) {
        this.directory = directory;
        this.running = EmbeddedPostgres.start(directory);
    }

    public static OutsideServer start(Path directory) throws IOException {
        TestDatabase.lendProgramsTo(directory);
        return new OutsideServer(directory);
    }

    /** Of a platform that is to use it. */
    public Map<String, String> environment() {
        DatabaseAddress address = running.address();
        return Map.of(
                "AIFACTORY_DATABASE_URL", address.url(),
                "AIFACTORY_DATABASE_USERNAME", address.username(),
                "AIFACTORY_DATABASE_PASSWORD", address.password());
    }

    /** In order, as for an update of its programs; whoever is connected is cut off. */
    public void stop() {
        running.close();
    }

    /** After {@link #stop}, at the same address. */
    public void startAgain() {
        running = EmbeddedPostgres.start(directory);
    }

    /** By SIGKILL, as when memory runs out; it is started again within seconds. */
    public void kill() {
        try {
            long process = Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid"))
                    .getFirst()
                    .strip());
            ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        running.close();
    }
}
