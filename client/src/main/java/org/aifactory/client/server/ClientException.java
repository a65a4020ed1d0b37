package org.aifactory.client.server;

import org.jspecify.annotations.Nullable;

/** Why a command cannot be done, as a sentence for the person who gave it; further lines may follow the first. */
public final class ClientException extends RuntimeException {
    private final ExitStatus status;

    public ClientException(ExitStatus status, String message) {
        this(status, message, null);
    }

    public ClientException(ExitStatus status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public ExitStatus status() {
        return status;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
