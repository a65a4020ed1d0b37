package org.aifactory.identity;

import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.aifactory.identity.Organisations.Organisation;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Everything that an organisation owns, over HTTP. */
@RestController
class ExportApi {
    private final OrganisationExports exports;

    ExportApi(OrganisationExports exports) {
        this.exports = exports;
    }

    @Operation(
            summary = "Everything that an organisation owns, as a zip that is made while it is read; for its owners",
            description = "Its README.md says what is in it, its last file SHA256SUMS lets everything be checked.")
    @GetMapping(path = "/api/organisations/{organisation}/export", produces = "application/zip")
    ResponseEntity<StreamingResponseBody> export(Actor actor, @PathVariable UUID organisation) {
        Organisation owned = exports.begin(actor, new OrganisationId(organisation));
        return ResponseEntity.ok()
                .contentType(MediaType.valueOf("application/zip"))
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(ExportArchive.name(owned.name(), owned.id()) + ".zip", StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(out -> exports.write(owned, out));
    }
}
