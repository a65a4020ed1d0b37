package org.aifactory.web;

import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers that a browser keeps as a file and never shows as a page of ours. */
public final class Download {
    private Download() {}

    /**
     * The head of such an answer.
     *
     * @param name of the file, in any script; it may hold characters that a header may not
     */
    public static ResponseEntity.BodyBuilder of(String name, MediaType type) {
        return ResponseEntity.ok()
                .contentType(type)
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(name, StandardCharsets.UTF_8)
                                .build()
                                .toString());
    }
}
