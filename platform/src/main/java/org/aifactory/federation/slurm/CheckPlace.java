package org.aifactory.federation.slurm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.ssh.SiteFolder;
import org.springframework.util.FileSystemUtils;

/** Where the tiny job of an examination looks around, as the site sees it. */
interface CheckPlace {

    /** Makes a folder for it. */
    Path make(String name) throws IOException;

    /** What it has left in a file called {@code found}. */
    Optional<String> found(String name);

    void remove(String name);

    /** The folder that nodes are to see. */
    Path directory();

    /** What starts programs there. */
    Path java() throws IOException;

    /** In a folder that the platform and the nodes share. */
    record Shared(Path directory, Path java) implements CheckPlace {

        private Path place(String name) {
            return directory.resolve("checks").resolve(name);
        }

        @Override
        public Path make(String name) throws IOException {
            return Files.createDirectories(place(name));
        }

        @Override
        public Optional<String> found(String name) {
            try {
                return Optional.of(Files.readString(place(name).resolve("found")));
            } catch (NoSuchFileException nothing) {
                return Optional.empty();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void remove(String name) {
            try {
                FileSystemUtils.deleteRecursively(place(name));
            } catch (IOException left) {
                // A few lines of text.
            }
        }
    }

    /** In the platform's folder at a site; the engine is installed there when it is not yet. */
    record AtSite(SiteFolder site, SiteEngine engine) implements CheckPlace {
        private static final int MOST = 1 << 16;

        private static String place(String name) {
            return "checks/" + name;
        }

        @Override
        public Path make(String name) {
            site.require();
            site.write(place(name) + "/asked", new byte[0]);
            return site.at(place(name));
        }

        @Override
        public Optional<String> found(String name) {
            return site.read(place(name) + "/found", MOST).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void remove(String name) {
            site.remove(List.of(place(name)));
        }

        @Override
        public Path directory() {
            return site.at("");
        }

        @Override
        public Path java() throws IOException {
            return engine.installed(site).resolve("java/bin/java");
        }
    }
}
