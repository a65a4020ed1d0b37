package org.aifactory.models;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.data.BlobStore;
import org.aifactory.data.Sha256;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelTable.Card;
import org.aifactory.models.Registrar.Registered;
import org.aifactory.training.RunId;
import org.aifactory.web.Download;
import org.aifactory.web.Message;
import org.aifactory.web.Piece;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
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

/** Models, their cards and files over HTTP. */
@RestController
class ModelsApi {
    private static final MediaType TAR = MediaType.valueOf("application/x-tar");
    private static final MediaType MARKDOWN = new MediaType("text", "markdown", StandardCharsets.UTF_8);

    private final Models models;
    private final Registrar registrar;
    private final ModelArchive archive;
    private final GgufExports exports;
    private final BlobStore blobs;

    ModelsApi(Models models, Registrar registrar, ModelArchive archive, GgufExports exports, BlobStore blobs) {
        this.models = models;
        this.registrar = registrar;
        this.archive = archive;
        this.exports = exports;
        this.blobs = blobs;
    }

    /** A model in a list. */
    record Brief(
            ModelId id,
            String slug,
            String name,
            OrganisationId organisation,
            RunId run,
            Instant registered,
            long parameters,
            long bytes,
            String licence,
            Visibility visibility,
            boolean foreign) {
        Brief(Model model) {
            this(
                    model.id(),
                    model.slug(),
                    model.name(),
                    model.organisation(),
                    model.run(),
                    model.registered(),
                    model.parameters(),
                    model.bytes(),
                    model.licence(),
                    model.visibility(),
                    model.foreign());
        }
    }

    /** A model with all that is known of it. */
    record Whole(Brief model, Words words, Facts facts, int cardVersion, boolean mayChange) {}

    @Operation(
            summary = "The models that you may see, the newest first",
            description = "Read on after the id of the last one seen.")
    @GetMapping("/api/models")
    List<Brief> list(
            Actor actor,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(models.of(actor), Model::id, after, most).stream()
                .map(Brief::new)
                .toList();
    }

    /**
     * What became of the output of a run.
     *
     * @param model null where there is none
     * @param reason why there is none; empty where nobody has looked yet, or there was nothing to look for
     */
    record Made(@Nullable Brief model, String reason) {}

    @Operation(summary = "The model that a run has made, or why there is none")
    @GetMapping("/api/runs/{run}/model")
    Made ofRun(Actor actor, @PathVariable UUID run) {
        RunId id = registrar.visible(actor, new RunId(run));
        return new Made(
                registrar
                        .of(id)
                        .filter(model -> models.maySee(actor, model))
                        .map(Brief::new)
                        .orElse(null),
                registrar.reason(id).map(Message::toString).orElse(""));
    }

    /** @param run whose output is a model in Hugging Face's form */
    record NewModel(@NotNull UUID run) {}

    @Operation(summary = "Register the model that a run has made, where that has not happened by itself")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/models")
    ResponseEntity<Whole> register(Actor actor, @Valid @RequestBody NewModel wish) {
        Registered registered = registrar.register(actor, new RunId(wish.run()));
        return ResponseEntity.status(registered.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(whole(actor, registered.model()));
    }

    @Operation(summary = "A model: what is known of how it came to be, and what its makers say of it")
    @GetMapping("/api/models/{model}")
    Whole show(Actor actor, @PathVariable UUID model) {
        return whole(actor, models.find(actor, new ModelId(model)));
    }

    private Whole whole(Actor actor, Model model) {
        return new Whole(
                new Brief(model),
                models.words(model.id()),
                models.facts(model.id()),
                models.card(model.id(), 0).version(),
                models.mayChange(actor, model));
    }

    /**
     * @param licence an SPDX expression
     * @param intendedUse in Markdown, like the other words
     */
    record Description(
            @NotBlank @Size(max = 100) String name,
            @NotBlank @Size(max = 200) String licence,
            @NotNull Visibility visibility,
            @Nullable @Size(max = 20_000) String description,
            @Nullable @Size(max = 20_000) String intendedUse,
            @Nullable @Size(max = 20_000) String limits,
            @Nullable @Size(max = 20_000) String risks,
            @Nullable @Size(max = 1_000) String contact) {

        /** What is not said stays as it is. */
        Words over(Words before) {
            return new Words(
                    said(description, before.description()),
                    said(intendedUse, before.intendedUse()),
                    said(limits, before.limits()),
                    said(risks, before.risks()),
                    said(contact, before.contact()));
        }

        private static String said(@Nullable String now, String before) {
            return now == null ? before : now.strip();
        }
    }

    @Operation(summary = "Say anew what is said of a model, who may have it, and under which licence")
    @PutMapping("/api/models/{model}")
    Whole describe(Actor actor, @PathVariable UUID model, @Valid @RequestBody Description wish) {
        ModelId id = models.find(actor, new ModelId(model)).id();
        return whole(
                actor,
                models.describe(
                        actor, id, wish.name(), wish.licence(), wish.visibility(), wish.over(models.words(id))));
    }

    @Operation(summary = "Remove a model and its files; confirm with its name")
    @DeleteMapping("/api/models/{model}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(Actor actor, @PathVariable UUID model, @RequestParam(defaultValue = "") String confirm) {
        models.remove(actor, new ModelId(model), confirm);
    }

    @Operation(summary = "The model's card: Markdown with a head of YAML, as on Hugging Face")
    @GetMapping(path = "/api/models/{model}/card", produces = "text/markdown;charset=UTF-8")
    ResponseEntity<byte[]> card(
            Actor actor, @PathVariable UUID model, @RequestParam(defaultValue = "0") @Min(0) int version) {
        Card card = models.card(models.find(actor, new ModelId(model)).id(), version);
        return ResponseEntity.ok()
                .contentType(MARKDOWN)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Card-Version", Integer.toString(card.version()))
                .body(card.markdown().getBytes(StandardCharsets.UTF_8));
    }

    record ListedFile(String path, long bytes, Sha256 sha256) {}

    @Operation(summary = "The files of a model with their checksums")
    @GetMapping("/api/models/{model}/files")
    List<ListedFile> files(Actor actor, @PathVariable UUID model) {
        return models.files(models.find(actor, new ModelId(model)).id()).stream()
                .map(file -> new ListedFile(
                        file.path(), file.blob().bytes(), file.blob().sha256()))
                .toList();
    }

    @Operation(summary = "One file of a model; a part of it by the header Range")
    @GetMapping("/api/models/{model}/file")
    ResponseEntity<Resource> file(Actor actor, @PathVariable UUID model, @RequestParam @Size(max = 300) String path) {
        ModelFile file = models.files(models.find(actor, new ModelId(model)).id()).stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("file", ModelFolder.printable(path)));
        return Download.of(file.path(), MediaType.APPLICATION_OCTET_STREAM)
                .eTag(file.blob().sha256().hex())
                .body(new FileSystemResource(blobs.path(file.blob().sha256())));
    }

    @Operation(summary = "A model as a Hugging Face folder in a tar")
    @GetMapping(path = "/api/models/{model}/download", params = "format!=gguf", produces = "application/x-tar")
    void download(
            Actor actor,
            @PathVariable UUID model,
            @RequestParam(defaultValue = "huggingface") @Pattern(regexp = "huggingface") String format,
            HttpServletResponse response)
            throws IOException {
        Model found = models.find(actor, new ModelId(model));
        HttpHeaders headers = Download.of(found.slug() + ".tar", TAR).build().getHeaders();
        headers.forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        // On this thread, so that no limit for the whole cuts off a long download.
        archive.write(found, response.getOutputStream());
    }

    /** @param type of the numbers */
    @Operation(summary = "A model as one file for llama.cpp and Ollama; a part of it by the header Range")
    @GetMapping(path = "/api/models/{model}/download", params = "format=gguf")
    ResponseEntity<Resource> gguf(
            Actor actor,
            @PathVariable UUID model,
            @RequestParam(defaultValue = "f16") @Pattern(regexp = "f32|f16|q8_0") String type) {
        Model found = models.find(actor, new ModelId(model));
        return Download.of(found.slug() + "-" + type + ".gguf", MediaType.APPLICATION_OCTET_STREAM)
                .body(new FileSystemResource(exports.make(found, GgufExports.Type.named(type))));
    }
}
