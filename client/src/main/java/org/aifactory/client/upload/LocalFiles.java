package org.aifactory.client.upload;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Words;

/**
 * The files that stand under some paths, under the names that they have in a dataset: a file its own name, the files of a folder their
 * paths in it, with the folder's name before them where several paths are given. A link that is given itself is followed; one inside a
 * folder is not, for it may lead to what nobody meant to send.
 *
 * @param hidden how many files were left out because their names, or those of their folders, begin with a dot
 * @param leftOut what else was left out, each with the reason
 */
public record LocalFiles(List<LocalFile> files, int hidden, List<String> leftOut) {
    /** What the server takes into one version. */
    private static final int MOST = 10_000;

    private static final int MOST_NAMED = 10;

    public long bytes() {
        return files.stream().mapToLong(LocalFile::bytes).sum();
    }

    /** What a person should know of what was left out, a line each. */
    public List<String> remarks() {
        List<String> lines = new ArrayList<>();
        if (hidden > 0) {
            lines.add(Words.count(hidden, "file is", "files are") + " left out, because a name begins with a dot.");
        }
        leftOut.stream().limit(MOST_NAMED).map(one -> "Left out: " + one).forEach(lines::add);
        if (leftOut.size() > MOST_NAMED) {
            lines.add("… and " + (leftOut.size() - MOST_NAMED) + " more that are links or no plain files.");
        }
        return lines;
    }

    /** @throws ClientException when a path cannot be read, holds nothing, or two files would have one name */
    public static LocalFiles under(List<Path> paths) {
        List<LocalFile> found = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        int hidden = 0;
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                LocalFiles inside = inside(path, paths.size() == 1 ? "" : folderName(path) + "/");
                hidden += inside.hidden();
                leftOut.addAll(inside.leftOut());
                found.addAll(inside.files());
            } else if (Files.isRegularFile(path)) {
                found.add(file(fileName(path), path));
            } else {
                String name = Plain.line(path.toString());
                throw refused(
                        Files.exists(path)
                                ? name + " is neither a file nor a folder."
                                : "There is no file or folder " + name + ".");
            }
        }
        LocalFiles files = new LocalFiles(List.copyOf(found), hidden, List.copyOf(leftOut));
        require(files, paths);
        return files;
    }

    private static void require(LocalFiles files, List<Path> paths) {
        List<LocalFile> found = files.files();
        if (found.isEmpty()) {
            List<String> lines = new ArrayList<>(List.of(
                    "There are no files in " + Plain.line(paths.getFirst().toString()) + "."));
            lines.addAll(files.remarks());
            throw refused(String.join("\n", lines));
        }
        if (found.size() > MOST) {
            throw refused("These are " + found.size() + " files, and a version is made of at most " + MOST
                    + " uploads; put them into a zip, which counts as one, or several documents into one .jsonl.");
        }
        Set<String> names = new HashSet<>();
        for (LocalFile file : found) {
            if (!names.add(file.name())) {
                throw refused("Two files would be called " + Plain.line(file.name()) + "; rename one of them.");
            }
        }
    }

    private static LocalFiles inside(Path folder, String prefix) {
        List<LocalFile> found = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        int hidden = 0;
        try {
            Path root = folder.toRealPath();
            for (Path path : beneath(root)) {
                String name = prefix + root.relativize(path).toString().replace(File.separatorChar, '/');
                boolean plain = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                if (isHidden(root, path)) {
                    hidden += plain ? 1 : 0;
                } else if (plain) {
                    found.add(file(name, path));
                } else {
                    leftOut.add(Plain.line(name) + (Files.isSymbolicLink(path) ? " (a link)" : " (no plain file)"));
                }
            }
        } catch (IOException | UncheckedIOException failure) {
            throw new ClientException(
                    ExitStatus.REFUSED,
                    "The folder " + Plain.line(folder.toString()) + " cannot be read: " + failure.getMessage(),
                    failure);
        }
        found.sort(Comparator.comparing(LocalFile::name));
        return new LocalFiles(found, hidden, leftOut);
    }

    /** All but folders, in order. */
    private static List<Path> beneath(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHidden(Path folder, Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static LocalFile file(String name, Path path) {
        if (name.indexOf('\\') >= 0 || !Plain.line(name).equals(name)) {
            throw refused("The file " + Plain.line(path.toString())
                    + " has a backslash or a character that cannot be shown in its name; rename it.");
        }
        try {
            // The server names files in Unicode's composed form, and a repeat is found again by its name.
            return new LocalFile(Normalizer.normalize(name, Normalizer.Form.NFC), path, Files.size(path));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String folderName(Path folder) {
        return fileName(folder.toAbsolutePath().normalize());
    }

    private static String fileName(Path path) {
        Path name = path.getFileName();
        return name == null ? "files" : name.toString();
    }

    private static ClientException refused(String sentence) {
        return new ClientException(ExitStatus.REFUSED, sentence);
    }
}
