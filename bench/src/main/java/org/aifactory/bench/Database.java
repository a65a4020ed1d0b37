package org.aifactory.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** The PostgreSQL in a platform's home folder; beside its data the platform notes how to sign in. */
record Database(Path home) {
    static final String NAME = "aifactory";

    String port() {
        return note("port");
    }

    String jdbc() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + NAME;
    }

    /** For a program that signs in. */
    Map<String, String> environment() {
        return Map.of("PGPASSWORD", note("password"));
    }

    private String note(String file) {
        try {
            return Files.readString(home.resolve("postgres").resolve(file)).strip();
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, "There is no database in " + home + ": " + failure.getMessage() + ".", failure);
        }
    }
}
