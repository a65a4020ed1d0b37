package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.identity.Actor;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What an allocation was given and what it paid for, to the second, over HTTP. */
@RestController
class StatementApi {
    private final Statements statements;

    StatementApi(Statements statements) {
        this.statements = statements;
    }

    @Operation(summary = "What an allocation was given and what each run took of it, to the second")
    @GetMapping("/api/allocations/{id}/statement")
    Statement statement(Actor actor, @PathVariable UUID id, Locale locale) {
        return statements.of(actor, new AllocationId(id), locale);
    }

    @Operation(summary = "The same as comma-separated values, for a spreadsheet")
    @GetMapping(path = "/api/allocations/{id}/statement.csv", produces = "text/csv")
    ResponseEntity<byte[]> csv(Actor actor, @PathVariable UUID id, Locale locale) {
        Statement statement = statements.of(actor, new AllocationId(id), locale);
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("statement-" + id + ".csv")
                                .build()
                                .toString())
                .body(Csv.of(statement).getBytes(StandardCharsets.UTF_8));
    }
}
