package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** What an allocation was given and what it paid for, to the second, over HTTP. */
@RestController
class StatementApi {
    private final Statements statements;

    StatementApi(Statements statements) {
        this.statements = statements;
    }

    @Operation(
            summary = "What an allocation was given and what each run took of it, to the second",
            description = "The latest lines, oldest first; where there are earlier ones, ask for those before earlier.")
    @GetMapping("/api/allocations/{id}/statement")
    Statement statement(
            Actor actor,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before,
            @RequestParam(defaultValue = "1000") @Min(1) @Max(10_000) int most,
            Locale locale) {
        return statements.of(actor, new AllocationId(id), before, most, locale);
    }

    @Operation(summary = "All of it as comma-separated values, for a spreadsheet")
    @GetMapping(path = "/api/allocations/{id}/statement.csv", produces = "text/csv")
    ResponseEntity<StreamingResponseBody> csv(Actor actor, @PathVariable UUID id, Locale locale) {
        Statements.Subject subject = statements.subject(actor, new AllocationId(id));
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("statement-" + id + ".csv")
                                .build()
                                .toString())
                .body(out -> {
                    Writer lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
                    statements.write(subject, locale, lines);
                    lines.flush();
                });
    }
}
