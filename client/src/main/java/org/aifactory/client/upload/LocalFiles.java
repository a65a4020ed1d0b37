package org.aifactory.client.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
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

/**
 * The files that stand under some paths, under the names that they have in a dataset: a file its own name, the files of a folder their
 * paths in it, with the folder's name before them where several paths are given.
 *
 * @param hidden how many files were left out because their names, or those of their folders, begin with a dot
 */
public record LocalFiles(List<LocalFile> files, int hidden) {
    /** What the server takes into one version. */
    private static final int MOST = 10_000;

    public long bytes() {
        return files.stream().mapToLong(LocalFile::bytes).sum();
    }

    /** @throws ClientException when a path cannot be read, holds nothing, or two files would have one name */
    public static LocalFiles under(List<Path> paths) {
        List<LocalFile> found = new ArrayList<>();
        int hidden = 0;
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                List<LocalFile> inside = inside(path, paths.size() == 1 ? "" : folderName(path) + "/");
                List<LocalFile> shown = inside.stream()
                        .filter(file -> !isHidden(path, file.path()))
                        .toList();
                hidden += inside.size() - shown.size();
                found.addAll(shown);
            } else if (Files.isRegularFile(path)) {
                found.add(file(fileName(path), path));
            } else {
                throw refused("There is no file or folder " + Plain.line(path.toString()) + ".");
            }
        }
        require(found, paths);
        return new LocalFiles(List.copyOf(found), hidden);
    }

    private static void require(List<LocalFile> found, List<Path> paths) {
        if (found.isEmpty()) {
            throw refused("There are no files in " + Plain.line(paths.getFirst().toString()) + ".");
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

    private static List<LocalFile> inside(Path folder, String prefix) {
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(Files::isRegularFile)
                    .map(path ->
                            file(prefix + folder.relativize(path).toString().replace('\\', '/'), path))
                    .sorted(Comparator.comparing(LocalFile::name))
                    .toList();
        } catch (IOException | UncheckedIOException failure) {
            throw new ClientException(
                    ExitStatus.REFUSED,
                    "The folder " + Plain.line(folder.toString()) + " cannot be read: " + failure.getMessage(),
                    failure);
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
