package org.aifactory.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.aifactory.data.BlobStore;
import org.aifactory.models.ModelTable.Card;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.springframework.stereotype.Component;

/**
 * Writes a model as a tar of its Hugging Face folder, the card in it as {@code README.md}, while it is read. Each file is verified on the
 * way; an archive that breaks off is one in which the disk had other bytes than were stored.
 */
@Component
class ModelArchive {
    private final Models models;
    private final BlobStore blobs;

    ModelArchive(Models models, BlobStore blobs) {
        this.models = models;
        this.blobs = blobs;
    }

    void write(Model model, OutputStream out) throws IOException {
        // Not closed when something fails, since closing would make a broken archive look whole.
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        Card card = models.card(model.id(), 0);
        byte[] text = card.markdown().getBytes(StandardCharsets.UTF_8);
        begin(tar, model, ModelFolder.CARD, card.made(), text.length);
        tar.write(text);
        tar.closeArchiveEntry();
        for (ModelFile file : models.files(model.id())) {
            begin(tar, model, file.path(), model.registered(), file.blob().bytes());
            try (InputStream in = blobs.openVerified(file.blob().sha256())) {
                in.transferTo(tar);
            }
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private static void begin(TarArchiveOutputStream tar, Model model, String name, Instant time, long bytes)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(model.slug() + "/" + name);
        entry.setModTime(Date.from(time));
        entry.setSize(bytes);
        tar.putArchiveEntry(entry);
    }
}
