package org.aifactory.engine.corpus;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.CorpusSummary.SkippedFile;
import org.aifactory.engine.corpus.SourceFile.Form;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files under the paths that a person named. In folders only {@code .txt}, {@code .md} and {@code .jsonl} are read;
 * a file that is named itself is read as plain text whatever its extension, unless that is {@code .jsonl}. Hidden files and
 * folders are passed over, symbolic links inside a folder are not followed, and a file reached twice is read once.
 */
final class SourceFiles {
    private static final Map<String, Form> FORMS = Map.of("txt", Form.TEXT, "md", Form.TEXT, "jsonl", Form.JSON_LINES);

    private final List<SourceFile> files = new ArrayList<>();
    private final List<SkippedFile> skipped = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    private SourceFiles() {}

    static SourceFiles find(List<Path> roots) {
        SourceFiles found = new SourceFiles();
        for (Path root : roots) {
            found.add(root);
        }
        return found;
    }

    List<SourceFile> files() {
        return files;
    }

    List<SkippedFile> skipped() {
        return skipped;
    }

    private void add(Path root) {
        if (!Files.exists(root)) {
            throw new EngineException(Kind.INPUT, root + " does not exist; name a text file or a folder of them.");
        }
        try {
            Path real = root.toRealPath();
            String rootName = slashed(root.toAbsolutePath().normalize().getFileName());
            if (Files.isDirectory(real)) {
                addFolder(real, rootName);
            } else if (Files.isRegularFile(real)) {
                addFile(real, rootName, form(real, Form.TEXT));
            } else {
                throw new EngineException(
                        Kind.INPUT,
                        root
                                + " is neither a file nor a folder; text is read several times, so write it to a file first.");
            }
        } catch (IOException e) {
            throw FileTrouble.reading(root, e);
        }
    }

    private void addFolder(Path folder, String folderName) throws IOException {
        List<Path> regular = new ArrayList<>();
        Files.walkFileTree(folder, new Walk(folder, folderName, regular));
        regular.stream()
                .sorted(Comparator.comparing(file -> slashed(folder.relativize(file))))
                .forEach(file -> addFound(file, folderName + "/" + slashed(folder.relativize(file))));
    }

    private void addFound(Path file, String name) {
        if (FORMS.containsKey(extension(file))) {
            addFile(file, name, form(file, Form.TEXT));
        } else {
            skipped.add(new SkippedFile(name, "not .txt, .md or .jsonl"));
        }
    }

    private void addFile(Path file, String name, Form form) {
        if (seen.add(file)) {
            files.add(new SourceFile(file, name, form));
        }
    }

    private static Form form(Path file, Form otherwise) {
        return FORMS.getOrDefault(extension(file), otherwise);
    }

    private static String extension(Path file) {
        String name = slashed(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** The same text on every system, because names are sorted and remembered. The root of a file system has no name: "". */
    private static String slashed(@Nullable Path path) {
        return path == null
                ? ""
                : StreamSupport.stream(path.spliterator(), false)
                        .map(Path::toString)
                        .collect(Collectors.joining("/"));
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Path folder;
        private final String folderName;
        private final List<Path> regular;

        Walk(Path folder, String folderName, List<Path> regular) {
            this.folder = folder;
            this.folderName = folderName;
            this.regular = regular;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean hidden = !directory.equals(folder) && hidden(directory);
            return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (hidden(file)) {
                return FileVisitResult.CONTINUE;
            }
            if (attributes.isRegularFile()) {
                regular.add(file);
            } else {
                String reason = attributes.isSymbolicLink() ? "a symbolic link" : "not a regular file";
                skipped.add(new SkippedFile(folderName + "/" + slashed(folder.relativize(file)), reason));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException cause) {
            throw FileTrouble.reading(file, cause);
        }

        private static boolean hidden(Path path) {
            return slashed(path.getFileName()).startsWith(".");
        }
    }
}
