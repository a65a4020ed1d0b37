package org.aifactory.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Why something failed, as part of a sentence: in words for people, without names of classes and of libraries' settings. */
public final class Reason {
    private Reason() {}

    /** Without the file's name, which the sentence gives. */
    public static String of(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "it does not exist";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            case FileSystemException _ -> "the system does not say why";
            default -> {
                String message = failure.getMessage();
                yield message == null ? failure.getClass().getSimpleName() : message;
            }
        };
    }

    /** Where it is that JSON is none. */
    public static String of(JacksonException failure) {
        TokenStreamLocation place = failure.getLocation();
        return place == null || place.getColumnNr() < 1
                ? "nested too deeply, or too long"
                : "from line " + place.getLineNr() + ", character " + place.getColumnNr() + " on";
    }
}
