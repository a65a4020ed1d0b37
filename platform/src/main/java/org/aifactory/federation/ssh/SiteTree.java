package org.aifactory.federation.ssh;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files and folders that are to lie at a site, in the order of their paths there. */
public final class SiteTree {
    /** Likewise the site lists. */
    static final int MOST_FILES = 100_000;

    private final TreeMap<String, Path> files = new TreeMap<>();
    private final List<String> folders = new ArrayList<>();

    /** Everything in a folder; nothing where there is none. No links are followed, and none are sent. */
    public SiteTree add(Path folder, String at) throws IOException {
        return add(folder, at, path -> true);
    }

    private SiteTree add(Path folder, String at, Predicate<String> wanted, FileVisitOption... options)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return this;
        }
        try (Stream<Path> all = Files.walk(folder, options)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String path = folder.relativize(file).toString();
                if (!path.isEmpty() && wanted.test(path)) {
                    enter(file, at.isEmpty() ? path : at + "/" + path, options.length > 0);
                }
            }
        } catch (java.io.UncheckedIOException failure) {
            throw failure.getCause() instanceof NoSuchFileException gone
                    ? new IOException("The folder " + folder + " changes while it is read: " + gone.getMessage(), gone)
                    : failure.getCause();
        }
        return this;
    }

    /** Those files of a folder that are wanted; what a link leads to is sent in its place. */
    public SiteTree addFollowed(Path folder, String at, Predicate<String> wanted) throws IOException {
        return add(folder, at, wanted, FileVisitOption.FOLLOW_LINKS);
    }

    private void enter(Path file, String path, boolean follows) throws IOException {
        LinkOption[] how = follows ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        if (Files.isRegularFile(file, how)) {
            files.put(path, file);
        } else if (Files.isDirectory(file, how)) {
            folders.add(path);
        }
        if (files.size() > MOST_FILES) {
            throw new IOException("More than " + MOST_FILES + " files cannot be sent to a site at once.");
        }
    }

    Map<String, Path> files() {
        return files;
    }

    List<String> folders() {
        return folders;
    }
}
