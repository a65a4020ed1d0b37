package org.aifactory.database;

import org.jspecify.annotations.Nullable;

/** A database that cannot be used. The message is a sentence for the person who started the platform: what is wrong, and what to do. */
public final class DatabaseException extends RuntimeException {

    public DatabaseException(String message) {
        this(message, null);
    }

    public DatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
