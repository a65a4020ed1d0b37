package org.aifactory.data;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import tools.jackson.databind.JsonNode;

/** Sends files through the API as one person. */
public final class Sender {
    private final Client client;
    private final String organisation;

    public Sender(Client client) {
        this.client = client;
        this.organisation = client.organisation();
    }

    public Client client() {
        return client;
    }

    public String organisation() {
        return organisation;
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static Sha256 sha256(byte[] bytes) {
        MessageDigest digest = Sha256.digest();
        return Sha256.of(digest.digest(bytes));
    }

    public Answer announce(String name, long length) {
        return announce(length, "filename " + base64(name));
    }

    public Answer announce(long length, String metadata) {
        return client.send(client.request("/api/uploads?organisation=" + organisation)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Long.toString(length))
                .header("Upload-Metadata", metadata)
                .POST(BodyPublishers.noBody()));
    }

    HttpRequest.Builder part(String upload, long offset, byte[] bytes) {
        return client.request("/api/uploads/" + upload)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", Long.toString(offset))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(bytes));
    }

    public Answer append(String upload, long offset, byte[] bytes) {
        return client.send(part(upload, offset, bytes));
    }

    public JsonNode show(String upload) {
        return client.get("/api/uploads/" + upload).json(200);
    }

    /** The id of a finished upload. */
    public String upload(String name, byte[] bytes) {
        String upload = announce(name, bytes.length).json(201).get("id").asString();
        if (bytes.length > 0) {
            append(upload, 0, bytes).json(204);
        }
        return upload;
    }

    public String upload(String name, String text) {
        return upload(name, text.getBytes(StandardCharsets.UTF_8));
    }

    public String dataset(String name) {
        return client.post(
                        "/api/datasets",
                        Map.of(
                                "organisation",
                                organisation,
                                "name",
                                name,
                                "description",
                                "What we know.",
                                "licence",
                                "CC-BY-4.0",
                                "languages",
                                List.of("fi", "ko")))
                .json(201)
                .get("id")
                .asString();
    }

    public Answer version(String dataset, String... uploads) {
        return client.post("/api/datasets/" + dataset + "/versions", Map.of("uploads", List.of(uploads)));
    }
}
