package org.aifactory.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.aifactory.backup.Contents.Part;
import org.aifactory.backup.Contents.StoredFile;
import org.aifactory.backup.Contents.Table;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A backup that is there to be read. */
final class BackupReader implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final ZipFile zip;
    private final Contents contents;

    private BackupReader(Path file, ZipFile zip) throws IOException {
        this.file = file;
        this.zip = zip;
        this.contents = contents();
    }

    static BackupReader open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
        } catch (ZipException broken) {
            throw new BackupException(file + " is not a backup, or not all of it is there.", broken);
        }
        try {
            return new BackupReader(file, zip);
        } catch (IOException | RuntimeException failure) {
            zip.close();
            throw failure;
        }
    }

    Contents read() {
        return contents;
    }

    private Contents contents() throws IOException {
        try (InputStream in = open(Contents.ENTRY)) {
            Contents read = JSON.readValue(in.readAllBytes(), Contents.class);
            if (read.form() != Contents.FORM) {
                throw new BackupException(
                        file + " has a form that this AI Factory does not know (" + read.form() + ").");
            }
            return read;
        } catch (JacksonException broken) {
            throw new BackupException(file + " is not a backup of AI Factory.", broken);
        }
    }

    InputStream open(String entry) throws IOException {
        ZipEntry found = zip.getEntry(entry);
        if (found == null) {
            throw new BackupException(file + " is not a whole backup of AI Factory: it has no " + entry + ".");
        }
        return zip.getInputStream(found);
    }

    @FunctionalInterface
    interface FileVisitor {
        void visit(StoredFile file) throws IOException;
    }

    void files(FileVisitor visitor) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(open(Contents.FILES_ENTRY), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                visitor.visit(JSON.readValue(line, StoredFile.class));
            }
        }
    }

    /** Reads every byte and refuses what is not as it was written; nothing has been touched yet. */
    void verify(Progress progress) throws IOException {
        progress.step("Checking the backup …");
        for (Table table : contents.tables()) {
            verify(table.entry(), table.part());
        }
        verify(Contents.FILES_ENTRY, contents.files());
        long[] done = new long[1];
        files(stored -> {
            verify(stored.entry(), new Part(stored.bytes(), stored.sha256()));
            done[0] += stored.bytes();
            progress.of("checked", done[0], contents.fileBytes());
        });
        progress.end();
    }

    private void verify(String entry, Part expected) throws IOException {
        Part found;
        try (InputStream in = open(entry)) {
            found = Digests.of(in);
        } catch (ZipException broken) {
            throw new BackupException(file + " is damaged at " + entry + ".", broken);
        }
        if (!found.equals(expected)) {
            throw new BackupException(file + " is damaged: " + entry + " is not what was written there.");
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
