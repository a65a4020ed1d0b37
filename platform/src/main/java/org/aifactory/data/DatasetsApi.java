package org.aifactory.data;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.data.Datasets.Description;
import org.aifactory.data.Datasets.Made;
import org.aifactory.data.Storage.Room;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Download;
import org.aifactory.web.Message;
import org.aifactory.web.Piece;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Datasets, their versions and the room for them over HTTP. */
@RestController
class DatasetsApi {
    private final Datasets datasets;
    private final VersionMaker maker;
    private final Archives archives;
    private final BlobStore blobs;
    private final Storage storage;

    DatasetsApi(Datasets datasets, VersionMaker maker, Archives archives, BlobStore blobs, Storage storage) {
        this.datasets = datasets;
        this.maker = maker;
        this.archives = archives;
        this.blobs = blobs;
        this.storage = storage;
    }

    /**
     * @param licence an SPDX expression
     * @param languages ISO 639 codes
     */
    record NewDataset(
            @NotNull UUID organisation,

            @Schema(example = "Handbook") @NotBlank @Size(max = 100)
            String name,

            @Nullable @Size(max = 5000) String description,

            @Schema(description = "An SPDX expression", example = "CC0-1.0") @NotBlank @Size(max = 200)
            String licence,

            @Nullable @Size(max = 50) List<@NotNull @Size(max = 10) String> languages) {}

    @Operation(summary = "Make a dataset; its data follows as versions")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/datasets")
    ResponseEntity<Dataset> make(Actor actor, @Valid @RequestBody NewDataset wish) {
        Dataset dataset = datasets.make(
                actor,
                new OrganisationId(wish.organisation()),
                description(wish.name(), wish.description(), wish.licence(), wish.languages()));
        return ResponseEntity.created(URI.create("/api/datasets/" + dataset.id()))
                .body(dataset);
    }

    private static Description description(
            String name, @Nullable String description, String licence, @Nullable List<String> languages) {
        return new Description(
                name, description == null ? "" : description, licence, languages == null ? List.of() : languages);
    }

    @Operation(
            summary = "The datasets that you may see, the newest first",
            description = "Read on after the id of the last one seen.")
    @GetMapping("/api/datasets")
    List<Dataset> list(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(datasets.of(actor), Dataset::id, after, most);
    }

    @Operation(summary = "A dataset")
    @GetMapping("/api/datasets/{dataset}")
    Dataset show(Actor actor, @PathVariable UUID dataset) {
        return datasets.find(actor, new DatasetId(dataset));
    }

    record NewDescription(
            @NotBlank @Size(max = 100) String name,
            @Nullable @Size(max = 5000) String description,
            @NotBlank @Size(max = 200) String licence,
            @Nullable @Size(max = 50) List<@NotNull @Size(max = 10) String> languages) {}

    @Operation(summary = "Say anew what a dataset is; its versions stay as they are")
    @PutMapping("/api/datasets/{dataset}")
    Dataset describe(Actor actor, @PathVariable UUID dataset, @Valid @RequestBody NewDescription wish) {
        return datasets.describe(
                actor,
                new DatasetId(dataset),
                description(wish.name(), wish.description(), wish.licence(), wish.languages()));
    }

    /** @param confirm the name of the dataset */
    @Operation(summary = "Remove a dataset with all its versions")
    @DeleteMapping("/api/datasets/{dataset}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, @PathVariable UUID dataset, @RequestParam String confirm) {
        datasets.remove(actor, new DatasetId(dataset), confirm);
    }

    record NewVersion(
            @Schema(description = "Ids of uploads that are complete") @NotEmpty @Size(max = 10_000)
            List<@NotNull UUID> uploads) {}

    /** Answers 201 with a new version, and 200 with the one that has this content already. */
    @Operation(summary = "Make a version of finished uploads; zip files are unpacked")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/datasets/{dataset}/versions")
    ResponseEntity<DatasetVersion> makeVersion(
            Actor actor, @PathVariable UUID dataset, @Valid @RequestBody NewVersion wish) {
        DatasetId id = new DatasetId(dataset);
        Made made =
                maker.make(actor, id, wish.uploads().stream().map(UploadId::new).toList());
        URI place = URI.create(
                "/api/datasets/" + id + "/versions/" + made.version().id().content());
        return made.isNew()
                ? ResponseEntity.created(place).body(made.version())
                : ResponseEntity.ok().location(place).body(made.version());
    }

    @Operation(
            summary = "The versions of a dataset, the newest first",
            description = "Read on after the id of the last one seen.")
    @GetMapping("/api/datasets/{dataset}/versions")
    List<DatasetVersion> versions(
            Actor actor,
            @PathVariable UUID dataset,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(datasets.versions(actor, new DatasetId(dataset)), DatasetVersion::id, after, most);
    }

    @Operation(summary = "A version of a dataset: how much it holds, and what can be learned from it")
    @GetMapping("/api/datasets/{dataset}/versions/{content}")
    DatasetVersion version(
            Actor actor, @PathVariable UUID dataset, @PathVariable @Pattern(regexp = Sha256.FORM) String content) {
        return datasets.version(actor, id(dataset, content));
    }

    /** @param remark what one should know of the file; empty where there is nothing to say */
    record ListedFile(String path, long bytes, Sha256 sha256, String remark) {
        ListedFile(ExaminedFile file) {
            this(
                    file.file().path(),
                    file.file().blob().bytes(),
                    file.file().blob().sha256(),
                    file.remark().map(Message::toString).orElse(""));
        }
    }

    /** @param after to read on, the last path of the answer before */
    @Operation(summary = "The files of a version, in the order of their paths")
    @GetMapping("/api/datasets/{dataset}/versions/{content}/files")
    List<ListedFile> files(
            Actor actor,
            @PathVariable UUID dataset,
            @PathVariable @Pattern(regexp = Sha256.FORM) String content,
            @RequestParam(defaultValue = "") @Size(max = 1024) String after,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(10_000) int most) {
        VersionId id = datasets.version(actor, id(dataset, content)).id();
        return datasets.files(id, after, most).stream().map(ListedFile::new).toList();
    }

    @Operation(summary = "The list that names a version by its SHA-256, in the form of sha256sum")
    @GetMapping(path = "/api/datasets/{dataset}/versions/{content}/manifest", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<byte[]> manifest(
            Actor actor, @PathVariable UUID dataset, @PathVariable @Pattern(regexp = Sha256.FORM) String content) {
        VersionId id = datasets.version(actor, id(dataset, content)).id();
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .body(Manifest.of(datasets.files(id)).getBytes(StandardCharsets.UTF_8));
    }

    @Operation(summary = "One file of a version")
    @GetMapping("/api/datasets/{dataset}/versions/{content}/file")
    ResponseEntity<Resource> file(
            Actor actor,
            @PathVariable UUID dataset,
            @PathVariable @Pattern(regexp = Sha256.FORM) String content,
            @RequestParam @Size(max = 1024) String path) {
        VersionId id = datasets.version(actor, id(dataset, content)).id();
        DatasetFile file = datasets.file(id, path).file();
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        return Download.of(name, MediaType.APPLICATION_OCTET_STREAM)
                .eTag(file.blob().sha256().hex())
                .body(new FileSystemResource(blobs.path(file.blob().sha256())));
    }

    @Operation(summary = "A version as a zip")
    @GetMapping("/api/datasets/{dataset}/versions/{content}/zip")
    ResponseEntity<StreamingResponseBody> zip(
            Actor actor, @PathVariable UUID dataset, @PathVariable @Pattern(regexp = Sha256.FORM) String content) {
        DatasetVersion version = datasets.version(actor, id(dataset, content));
        return Download.of(archiveName(version) + ".zip", MediaType.valueOf("application/zip"))
                .body(out -> archives.writeZip(version, out));
    }

    @Operation(summary = "A version as a tar")
    @GetMapping("/api/datasets/{dataset}/versions/{content}/tar")
    ResponseEntity<StreamingResponseBody> tar(
            Actor actor, @PathVariable UUID dataset, @PathVariable @Pattern(regexp = Sha256.FORM) String content) {
        DatasetVersion version = datasets.version(actor, id(dataset, content));
        return Download.of(archiveName(version) + ".tar", MediaType.valueOf("application/x-tar"))
                .body(out -> archives.writeTar(version, out));
    }

    @Operation(summary = "How much an organisation may keep, and how much of it is taken")
    @GetMapping("/api/storage/{organisation}")
    Room room(Actor actor, @PathVariable UUID organisation) {
        return storage.of(actor, new OrganisationId(organisation));
    }

    /** @param limit bytes */
    record NewLimit(@PositiveOrZero long limit) {}

    @Operation(summary = "Set how much an organisation may keep (the programme office)")
    @PutMapping("/api/storage/{organisation}")
    Room limit(Actor actor, @PathVariable UUID organisation, @Valid @RequestBody NewLimit wish) {
        return storage.limit(actor, new OrganisationId(organisation), wish.limit());
    }

    private static String archiveName(DatasetVersion version) {
        return version.dataset().replaceAll("[\\p{Cntrl}/\\\\\"]+", "-") + "-" + version.number();
    }

    private static VersionId id(UUID dataset, String content) {
        return new VersionId(new DatasetId(dataset), new Sha256(content));
    }
}
