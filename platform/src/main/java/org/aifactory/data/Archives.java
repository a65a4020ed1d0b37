package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.springframework.stereotype.Component;

/**
 * Writes versions as archives while they are read. Each file is verified on the way; an archive that breaks off is one in which the disk
 * had other bytes than were stored. The same version gives the same bytes.
 */
@Component
class Archives {
    private final Datasets datasets;
    private final BlobStore blobs;

    Archives(Datasets datasets, BlobStore blobs) {
        this.datasets = datasets;
        this.blobs = blobs;
    }

    void writeZip(DatasetVersion version, OutputStream out) throws IOException {
        // Not closed when something fails, since closing would make a broken archive look whole.
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out);
        zip.setUseZip64(Zip64Mode.AsNeeded);
        for (DatasetFile file : datasets.files(version.id())) {
            ZipArchiveEntry entry = new ZipArchiveEntry(file.path());
            entry.setTime(version.made().toEpochMilli());
            entry.setSize(file.blob().bytes());
            zip.putArchiveEntry(entry);
            copy(file, zip);
            zip.closeArchiveEntry();
        }
        zip.finish();
    }

    void writeTar(DatasetVersion version, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (DatasetFile file : datasets.files(version.id())) {
            TarArchiveEntry entry = new TarArchiveEntry(file.path());
            entry.setModTime(Date.from(version.made()));
            entry.setSize(file.blob().bytes());
            tar.putArchiveEntry(entry);
            copy(file, tar);
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private void copy(DatasetFile file, OutputStream out) throws IOException {
        try (InputStream in = blobs.openVerified(file.blob().sha256())) {
            in.transferTo(out);
        }
    }
}
