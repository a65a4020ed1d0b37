package org.aifactory.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.aifactory.data.BlobStore;
import org.aifactory.upkeep.Folders;
import org.aifactory.upkeep.Passing.Freed;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Models as folders for programs on this computer: {@code HOME/models/ID/SLUG}, whose files are second names of the stored ones. The
 * last word of the path is what the engine calls the model.
 */
@Component
class ModelFolders {
    private static final String MAKING = ".making-";

    private final Path home;
    private final BlobStore blobs;

    ModelFolders(@Value("${aifactory.home}") Path home, BlobStore blobs) {
        this.home = home.toAbsolutePath().normalize().resolve("models");
        this.blobs = blobs;
    }

    /** Made when it is first asked for; it appears whole. */
    Path of(Model model, List<ModelFile> files) {
        Path folder = home.resolve(model.id().toString());
        Path named = folder.resolve(model.slug());
        try {
            if (!Files.isDirectory(named)) {
                Files.createDirectories(home);
                make(folder, model.slug(), files);
            }
            return named;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void make(Path folder, String slug, List<ModelFile> files) throws IOException {
        Path making = home.resolve(MAKING + UUID.randomUUID());
        try {
            Path named = Files.createDirectories(making.resolve(slug));
            for (ModelFile file : files) {
                blobs.place(file.blob().sha256(), named.resolve(file.path()));
            }
            Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException madeMeanwhile) {
            FileSystemUtils.deleteRecursively(making);
        } catch (FileSystemException failure) {
            FileSystemUtils.deleteRecursively(making);
            if (!Files.isDirectory(folder.resolve(slug))) {
                throw failure;
            }
        }
    }

    /**
     * Removes what a platform left that was killed in the middle: folders half made, and those of models that are no more.
     *
     * @param isModel whether there is one of this name
     */
    Freed removeLeftovers(Instant before, Predicate<String> isModel) throws IOException {
        return Folders.removeLeftovers(home, before, child -> {
            String name = String.valueOf(child.getFileName());
            return name.startsWith(MAKING) || !isModel.test(name);
        });
    }

    void remove(ModelId model) {
        try {
            FileSystemUtils.deleteRecursively(home.resolve(model.toString()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
