package org.aifactory.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.aifactory.data.BlobStore;
import org.aifactory.identity.ExportArchive;
import org.aifactory.identity.OrganisationExport;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelTable.Card;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An organisation's models as folders in Hugging Face's form. */
@Component
class ModelExport implements OrganisationExport {
    private final ModelTable table;
    private final BlobStore blobs;

    ModelExport(JdbcClient jdbc, JsonMapper json, BlobStore blobs) {
        this.table = new ModelTable(jdbc, json);
        this.blobs = blobs;
    }

    @Override
    public List<Folder> folders() {
        return List.of(new Folder(
                "models",
                "Each model as a folder in Hugging Face's form with its card, README.md; beside it, in the .json of the same name, how it came"
                        + " to be and what was said of it."));
    }

    /** @param facts how it came to be, as they are kept */
    record Exported(Model model, Words words, JsonNode facts) {}

    @Override
    public void write(OrganisationId organisation, ExportArchive archive) throws IOException {
        for (Model model : table.owned(organisation)) {
            String folder = "models/" + model.slug();
            archive.json(
                    folder + ".json", new Exported(model, table.words(model.id()), table.writtenFacts(model.id())));
            Optional<Card> card = table.card(model.id(), 0);
            if (card.isPresent()) {
                archive.text(folder + "/" + ModelFolder.CARD, card.get().markdown());
            }
            for (ModelFile file : table.files(model.id())) {
                write(model, folder + "/" + file.path(), file, archive);
            }
        }
    }

    private void write(Model model, String path, ModelFile file, ExportArchive archive) throws IOException {
        try (InputStream content = blobs.openVerified(file.blob().sha256())) {
            archive.file(path, model.registered(), file.blob().bytes(), content);
        } catch (UncheckedIOException failure) {
            if (failure.getCause() instanceof NoSuchFileException) {
                archive.missing(path, "It was removed while the archive was made.");
                return;
            }
            throw failure;
        }
    }
}
