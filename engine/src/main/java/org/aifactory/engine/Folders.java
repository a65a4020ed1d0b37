package org.aifactory.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Folders that are still there when the power has failed. */
public final class Folders {
    private Folders() {}

    /** Makes a folder, and those above it that are missing. */
    public static void make(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        Path above = absolute.getParent();
        if (above != null && !Files.exists(absolute)) {
            make(above);
            Files.createDirectories(absolute);
            flush(above);
        } else {
            Files.createDirectories(absolute);
        }
    }

    /** Makes the names in a folder durable: those of files that were made, renamed or deleted there. */
    public static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
