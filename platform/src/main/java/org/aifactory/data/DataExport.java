package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** An organisation's datasets with all versions, and the uploads that are in none yet. */
@Component
class DataExport implements OrganisationExport {
    private static final int AT_ONCE = 1000;

    private final DatasetTable datasets;
    private final UploadTable uploads;
    private final BlobStore blobs;

    DataExport(JdbcClient jdbc, BlobStore blobs) {
        this.datasets = new DatasetTable(jdbc);
        this.uploads = new UploadTable(jdbc);
        this.blobs = blobs;
    }

    @Override
    public List<Folder> folders() {
        return List.of(
                new Folder(
                        "datasets",
                        "Each dataset, and in it each version with its files under their own names. The SHA256SUMS of a version is the list"
                                + " whose own SHA-256 is the version's name; check with: cd files && sha256sum --check ../SHA256SUMS"),
                new Folder(
                        "uploads",
                        "Files that were sent and are in no version yet; uploads.json says where each of them stands."));
    }

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Dataset dataset : datasets.of(List.of(organisation))) {
            String folder = "datasets/" + ExportArchive.name(dataset.name(), dataset.id());
            archive.json(folder + "/dataset.json", dataset);
            for (DatasetVersion version : datasets.versions(dataset.id())) {
                write(version, folder + "/version-" + version.number(), archive);
            }
        }
        List<Upload> all = uploads.of(organisation);
        archive.json("uploads/uploads.json", all);
        for (Upload upload : all) {
            if (upload.sha256().isPresent()) {
                String name = upload.name().substring(upload.name().lastIndexOf('/') + 1);
                file(
                        "uploads/" + upload.id() + "/" + ExportArchive.safe(name),
                        upload.created(),
                        new Blob(upload.sha256().get(), upload.length()),
                        archive);
            }
        }
    }

    private void write(DatasetVersion version, String folder, ExportArchive archive) throws IOException {
        archive.json(folder + "/version.json", version);
        archive.text(folder + "/SHA256SUMS", out -> sums(version.id(), out));
        String after = "";
        List<ExaminedFile> some;
        do {
            some = datasets.files(version.id(), after, AT_ONCE);
            for (ExaminedFile each : some) {
                after = each.file().path();
                // It was checked when it came in, and is as safe as it was.
                file(folder + "/files/" + after, version.made(), each.file().blob(), archive);
            }
        } while (some.size() == AT_ONCE);
    }

    /** In the order in which the table has them, which is that of the manifest. */
    private void sums(VersionId version, Writer out) throws IOException {
        String after = "";
        List<ExaminedFile> some;
        do {
            some = datasets.files(version, after, AT_ONCE);
            for (ExaminedFile each : some) {
                after = each.file().path();
                out.write(each.file().blob().sha256() + "  " + after + "\n");
            }
        } while (some.size() == AT_ONCE);
    }

    private void file(String path, Instant made, Blob blob, ExportArchive archive) throws IOException {
        try (InputStream content = blobs.openVerified(blob.sha256())) {
            archive.file(path, made, blob.bytes(), content);
        } catch (UncheckedIOException failure) {
            if (failure.getCause() instanceof NoSuchFileException) {
                archive.missing(path, "It was removed while the archive was made.");
                return;
            }
            throw failure;
        }
    }
}
