package org.aifactory.client.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is signed in where: a file that only its owner reads, with a token for each server. A token goes to the server that gave it and to
 * no other.
 */
public final class Credentials {
    private static final URI USUAL_SERVER = URI.create("http://127.0.0.1:8080");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Map<String, String> environment;
    private final Path file;

    /** @param environment the variables of the process */
    public Credentials(Map<String, String> environment) {
        this.environment = environment;
        String configuration = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path folder = configuration.startsWith("/")
                ? Path.of(configuration)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
        this.file = folder.resolve("aifactory").resolve("credentials.json");
    }

    public Path file() {
        return file;
    }

    /** The server that is meant: the one named, else AIFACTORY_SERVER, else that of the last login, else this machine. */
    public URI server(@Nullable String named) {
        String variable = environment.getOrDefault("AIFACTORY_SERVER", "");
        if (named != null) {
            return address(named);
        }
        if (!variable.isBlank()) {
            return address(variable);
        }
        String saved = read().path("current").asString("");
        return saved.isEmpty() ? USUAL_SERVER : address(saved);
    }

    /** AIFACTORY_TOKEN, else the one that was saved for this server. */
    public Optional<String> token(URI server) {
        String variable = variable();
        String token = variable.isEmpty()
                ? read().path("servers").path(server.toString()).path("token").asString("")
                : variable;
        return Optional.of(token).filter(word -> !word.isEmpty());
    }

    /** Whether AIFACTORY_TOKEN is set, and so goes before what is saved. */
    public boolean isOfVariable() {
        return !variable().isEmpty();
    }

    private String variable() {
        return environment.getOrDefault("AIFACTORY_TOKEN", "").strip();
    }

    /** Keeps a token, and makes its server the one that is meant from now on. */
    public void save(URI server, String token, String email) {
        ObjectNode all = read() instanceof ObjectNode known ? known : JSON.createObjectNode();
        all.put("current", server.toString());
        ObjectNode servers = all.get("servers") instanceof ObjectNode known ? known : all.putObject("servers");
        servers.putObject(server.toString()).put("email", email).put("token", token);
        write(JSON.writeValueAsString(all) + "\n");
    }

    private JsonNode read() {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (NoSuchFileException none) {
            return JSON.createObjectNode();
        } catch (IOException | JacksonException damaged) {
            throw new ClientException(
                    ExitStatus.REFUSED,
                    "The saved login in " + file
                            + " cannot be read; remove the file and sign in again with ./aifactory login.",
                    damaged);
        }
    }

    /** Written beside and moved into place, so that a kill leaves the old file or the new one; never readable by others. */
    private void write(String text) {
        Path folder = Objects.requireNonNull(file.getParent());
        try {
            Files.createDirectories(folder);
            Path beside = Files.createTempFile(
                    folder,
                    "credentials",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.REFUSED,
                    "The login cannot be saved in " + file + " (" + failure.getMessage()
                            + "); set XDG_CONFIG_HOME to a folder that you may write, or use AIFACTORY_TOKEN.",
                    failure);
        }
    }

    /** In one form, without a slash at the end, so that a token is found under it again. */
    static URI address(String text) {
        try {
            URI address = URI.create(text.strip().replaceAll("/+$", ""));
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (web
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException other) {
            // Said below.
        }
        throw new ClientException(
                ExitStatus.USAGE,
                "A server is given by its address, such as http://127.0.0.1:8080 or https://factory.example, not "
                        + text + ".");
    }
}
