package org.aifactory.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads what programs have written. They may have laid links to what is not theirs, so no link is followed at any place of a path, and
 * only plain files are opened. A program that runs may also change one thing for another between the look and the opening; to open a pipe
 * for reading would wait forever for somebody who writes, so as long as it runs files are opened for writing as well, which waits for
 * nobody, and what turns out to be no file is closed again.
 */
final class JobFiles {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> READ_AT_ONCE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    /** What the system's names show where they hold bytes that are no UTF-8. */
    private static final char NO_CHARACTER = '\uFFFD';

    private static final Pattern SLASH = Pattern.compile("/");
    private static final int DEEPEST = 32;

    private final Path root;

    /** @param root a folder that no program can replace */
    JobFiles(Path root) {
        this.root = root;
    }

    /**
     * Opens a file to be read; empty where there is none, or none that may be read.
     *
     * @param isOver whether the program that wrote it has ended
     */
    Optional<SeekableByteChannel> open(String path, boolean isOver) {
        List<String> names = names(path);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        try (SecureDirectoryStream<Path> top = top()) {
            return open(top, names, isOver);
        } catch (FileSystemException | InvalidPathException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<SeekableByteChannel> open(
            SecureDirectoryStream<Path> folder, List<String> names, boolean isOver) throws IOException {
        Path name = named(folder, names.getFirst());
        BasicFileAttributes attributes = attributes(folder, name);
        if (names.size() == 1) {
            return attributes.isRegularFile() ? open(folder, name, isOver) : Optional.empty();
        }
        if (!attributes.isDirectory()) {
            return Optional.empty();
        }
        try (SecureDirectoryStream<Path> below = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return open(below, names.subList(1, names.size()), isOver);
        }
    }

    /** What was a file a moment ago; empty where it is none any more. */
    static Optional<SeekableByteChannel> open(SecureDirectoryStream<Path> folder, Path name, boolean isOver)
            throws IOException {
        SeekableByteChannel channel = folder.newByteChannel(name, isOver ? READ : READ_AT_ONCE);
        try {
            // What is no file has no places.
            return Optional.of(channel.position(0));
        } catch (IOException noFile) {
            channel.close();
            return Optional.empty();
        }
    }

    /** What a list has called so: a name that is no UTF-8 is found by how it is shown. */
    private static Path named(SecureDirectoryStream<Path> folder, String name) throws IOException {
        if (name.indexOf(NO_CHARACTER) >= 0) {
            try (SecureDirectoryStream<Path> again =
                    folder.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : again) {
                    if (String.valueOf(entry.getFileName()).equals(name)) {
                        return entry.getFileName();
                    }
                }
            }
        }
        return Path.of(name);
    }

    /**
     * The plain files in a folder and below it, in the order of their paths.
     *
     * @param most how many at most
     */
    List<OutputFile> list(String folder, int most) {
        List<OutputFile> found = new ArrayList<>();
        try (SecureDirectoryStream<Path> top = top()) {
            list(top, names(folder), "", found, most);
        } catch (FileSystemException | InvalidPathException none) {
            return List.of();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        found.sort(Comparator.comparing(OutputFile::path));
        return found;
    }

    private static void list(
            SecureDirectoryStream<Path> folder, List<String> way, String prefix, List<OutputFile> found, int most)
            throws IOException {
        if (!way.isEmpty()) {
            Path name = Path.of(way.getFirst());
            if (attributes(folder, name).isDirectory()) {
                try (SecureDirectoryStream<Path> below = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    list(below, way.subList(1, way.size()), prefix, found, most);
                }
            }
            return;
        }
        for (Path entry : folder) {
            if (found.size() >= most) {
                return;
            }
            String name = String.valueOf(entry.getFileName());
            try {
                BasicFileAttributes attributes = attributes(folder, entry.getFileName());
                if (attributes.isRegularFile()) {
                    found.add(new OutputFile(
                            prefix + name,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                } else if (attributes.isDirectory()
                        && SLASH.splitAsStream(prefix).count() < DEEPEST) {
                    try (SecureDirectoryStream<Path> below =
                            folder.newDirectoryStream(entry.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
                        list(below, List.of(), prefix + name + "/", found, most);
                    }
                }
            } catch (FileSystemException goneOrClosed) {
                // A program may remove what it has written, and close its folders to everybody.
            }
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    @SuppressWarnings({"unchecked", "StreamResourceLeak"
    }) // The caller closes it. Linux's are secure; the platform runs nowhere else.
    private SecureDirectoryStream<Path> top() throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<?> secure) {
            return (SecureDirectoryStream<Path>) secure;
        }
        stream.close();
        throw new IOException("Folders cannot be read safely on this system.");
    }

    /** The parts of a relative path; none where it is not a plain one. */
    private static List<String> names(String path) {
        List<String> names = SLASH.splitAsStream(path).toList();
        boolean plain = path.indexOf('\0') < 0
                && names.size() <= DEEPEST
                && names.stream().noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
        return plain ? names : List.of();
    }
}
