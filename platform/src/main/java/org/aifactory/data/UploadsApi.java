package org.aifactory.data;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Message;
import org.aifactory.web.Piece;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Uploads over HTTP by tus 1.0.0, with the extensions creation, checksum, expiration and termination, so that existing clients can
 * send. What a program should know besides is JSON: the list of uploads, and how one stands.
 */
@RestController
@RequestMapping("/api/uploads")
class UploadsApi {
    private static final String TUS_VERSION = "1.0.0";
    private static final String OFFSET = "Upload-Offset";
    private static final String OVERRIDE = "X-HTTP-Method-Override";
    private static final String PART = "application/offset+octet-stream";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Uploads uploads;
    private final DataSettings settings;

    UploadsApi(Uploads uploads, DataSettings settings) {
        this.uploads = uploads;
        this.settings = settings;
    }

    /** A version that is named has to be ours; a program that names none is taken to mean it. */
    @ModelAttribute
    void requireVersion(
            @RequestHeader(name = "Tus-Resumable", required = false) @Nullable String version,
            HttpServletResponse response) {
        // Here, so that refusals carry it, too.
        response.setHeader("Tus-Resumable", TUS_VERSION);
        if (version != null && !version.equals(TUS_VERSION)) {
            ErrorResponseException refusal = new ErrorResponseException(HttpStatus.PRECONDITION_FAILED);
            refusal.getHeaders().set("Tus-Version", TUS_VERSION);
            refusal.setDetail(Message.of("data.refused.tus", TUS_VERSION, FilePath.printable(version))
                    .toString());
            throw refusal;
        }
    }

    @Operation(summary = "What the upload protocol (tus) can do here")
    @RequestMapping(method = RequestMethod.OPTIONS)
    ResponseEntity<Void> options() {
        return ResponseEntity.noContent()
                .header("Tus-Version", TUS_VERSION)
                .header("Tus-Extension", "creation,checksum,expiration,termination")
                .header("Tus-Checksum-Algorithm", Checksum.KNOWN)
                .header("Tus-Max-Size", Long.toString(settings.largestFile().toBytes()))
                .build();
    }

    /**
     * @param length bytes of the whole file
     * @param metadata pairs of a key and a Base64 value, separated by commas: {@code filename}, and where it is known {@code sha256},
     *     in hexadecimal digits
     */
    @Operation(
            summary = "Announce a file; its parts follow at the address in Location",
            description =
                    "Uploads speak tus 1.0.0: announce a file here, send its bytes by PATCH to /api/uploads/{upload}, in one part or several, and"
                            + " ask by HEAD where to go on after a connection broke.")
    @ApiResponse(
            responseCode = "201",
            description = "Announced",
            headers = {
                @Header(name = "Location", description = "Where the parts go", schema = @Schema(type = "string")),
                @Header(name = OFFSET, description = "Where the next part begins", schema = @Schema(type = "integer"))
            })
    @PostMapping
    ResponseEntity<Upload> create(
            Actor actor,
            @RequestParam UUID organisation,
            @Parameter(description = "Bytes of the whole file", example = "11") @RequestHeader("Upload-Length")
                    String length,
            @Parameter(
                            description =
                                    "Pairs of a key and a value in Base64, separated by commas: filename, and where it is known sha256 in hexadecimal digits",
                            example = "filename aGFuZGJvb2sudHh0")
                    @RequestHeader("Upload-Metadata")
                    String metadata) {
        UploadMetadata words = UploadMetadata.parse(metadata);
        Upload upload = uploads.create(
                actor,
                new OrganisationId(organisation),
                words.fileName(),
                number("Upload-Length", length),
                words.sha256());
        return ResponseEntity.created(URI.create("/api/uploads/" + upload.id()))
                .headers(headers -> standing(headers, upload))
                .body(upload);
    }

    @Operation(
            summary = "The uploads of an organisation, the oldest first",
            description = "Read on after the id of the last one seen.")
    @GetMapping
    List<Upload> list(
            Actor actor,
            @RequestParam UUID organisation,
            @RequestParam Optional<String> after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return Piece.of(uploads.of(actor, new OrganisationId(organisation)), Upload::id, after, most);
    }

    @Operation(summary = "How an upload stands")
    @GetMapping("/{upload}")
    Upload show(Actor actor, @PathVariable UUID upload) {
        return uploads.find(actor, new UploadId(upload));
    }

    @Operation(summary = "Where to go on with an upload: Upload-Offset")
    @ApiResponse(
            responseCode = "200",
            description = "How much has arrived",
            headers =
                    @Header(
                            name = OFFSET,
                            description = "Where the next part begins",
                            schema = @Schema(type = "integer")))
    @RequestMapping(path = "/{upload}", method = RequestMethod.HEAD)
    ResponseEntity<Void> offset(Actor actor, @PathVariable UUID upload) {
        Upload found = uploads.find(actor, new UploadId(upload));
        return ResponseEntity.ok()
                .headers(headers -> standing(headers, found))
                .header("Upload-Length", Long.toString(found.length()))
                .header("Upload-Metadata", UploadMetadata.of(found))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** @param checksum of this part: {@code sha256} or {@code sha1}, a space, and its Base64 */
    @Operation(
            summary = "Add a part at Upload-Offset",
            requestBody =
                    @RequestBody(
                            description = "The bytes of the part",
                            required = true,
                            content = @Content(mediaType = PART, schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(
            responseCode = "204",
            description = "Added",
            headers =
                    @Header(
                            name = OFFSET,
                            description = "Where the next part begins",
                            schema = @Schema(type = "integer")))
    @PatchMapping(path = "/{upload}", consumes = PART)
    ResponseEntity<Void> append(
            Actor actor,
            @PathVariable UUID upload,
            @Parameter(description = "Where the part begins, in bytes", example = "0") @RequestHeader(OFFSET)
                    String offset,
            @Parameter(description = "Of this part: sha256 or sha1, a space, and its Base64")
                    @RequestHeader(name = "Upload-Checksum", required = false)
                    @Nullable
                    String checksum,
            HttpServletRequest request)
            throws IOException {
        long length = request.getContentLengthLong();
        Upload found = uploads.append(
                actor,
                new UploadId(upload),
                number("Upload-Offset", offset),
                length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                Optional.ofNullable(checksum).map(Checksum::parse),
                request.getInputStream());
        return ResponseEntity.noContent()
                .headers(headers -> standing(headers, found))
                .build();
    }

    @Operation(summary = "End an upload; datasets keep what was made of it")
    @DeleteMapping("/{upload}")
    ResponseEntity<Void> remove(Actor actor, @PathVariable UUID upload) {
        uploads.remove(actor, new UploadId(upload));
        return ResponseEntity.noContent().build();
    }

    /** For clients that cannot send PATCH, as the protocol has it. */
    @Operation(hidden = true)
    @PostMapping(path = "/{upload}", headers = OVERRIDE + "=PATCH", consumes = PART)
    ResponseEntity<Void> appendByPost(
            Actor actor,
            @PathVariable UUID upload,
            @RequestHeader("Upload-Offset") String offset,
            @RequestHeader(name = "Upload-Checksum", required = false) @Nullable String checksum,
            HttpServletRequest request)
            throws IOException {
        return append(actor, upload, offset, checksum, request);
    }

    @Operation(hidden = true)
    @PostMapping(path = "/{upload}", headers = OVERRIDE + "=DELETE")
    ResponseEntity<Void> removeByPost(Actor actor, @PathVariable UUID upload) {
        return remove(actor, upload);
    }

    @Operation(hidden = true)
    @PostMapping(path = "/{upload}", headers = OVERRIDE + "=HEAD")
    ResponseEntity<Void> offsetByPost(Actor actor, @PathVariable UUID upload) {
        return offset(actor, upload);
    }

    private static void standing(HttpHeaders headers, Upload upload) {
        headers.set("Upload-Offset", Long.toString(upload.received()));
        headers.set("Upload-Expires", HTTP_DATE.format(upload.expires()));
    }

    private static long number(String header, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException other) {
            // Said below.
        }
        throw Problem.invalid(header, "data.fault.bytes");
    }

    /** What a client says of a file when it announces it. */
    record UploadMetadata(String fileName, Optional<Sha256> sha256) {

        static UploadMetadata parse(String header) {
            Optional<Sha256> sha256;
            try {
                sha256 = value(header, "sha256").map(hex -> new Sha256(hex.toLowerCase(java.util.Locale.ROOT)));
            } catch (IllegalArgumentException other) {
                throw Problem.invalid("Upload-Metadata", "data.fault.sha256");
            }
            return new UploadMetadata(
                    value(header, "filename")
                            .orElseThrow(() -> Problem.invalid("Upload-Metadata", "data.fault.filename")),
                    sha256);
        }

        private static Optional<String> value(String header, String key) {
            for (String pair : header.split(",", -1)) {
                String[] words = pair.strip().split(" ", 2);
                if (words[0].equals(key)) {
                    return Optional.of(decoded(words.length == 1 ? "" : words[1].strip()));
                }
            }
            return Optional.empty();
        }

        private static String decoded(String base64) {
            try {
                return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException other) {
                throw Problem.invalid("Upload-Metadata", "data.fault.base64");
            }
        }

        static String of(Upload upload) {
            String name = "filename " + encoded(upload.name());
            return upload.announced()
                    .map(sha256 -> name + ",sha256 " + encoded(sha256.hex()))
                    .orElse(name);
        }

        private static String encoded(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
