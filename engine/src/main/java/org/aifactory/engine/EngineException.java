package org.aifactory.engine;

import org.jspecify.annotations.Nullable;

/**
 * A failure that its reader can do something about. The message is a full sentence that says what is wrong, where, and what to
 * do; the command line prints it as it is, without a stack trace, and exits with {@link #exitCode()}.
 */
public final class EngineException extends RuntimeException {

    /** Kinds of failure, each with an exit status of its own so that a script can tell them apart. */
    public enum Kind {
        /** Text, a file or a request that cannot be used as it is. */
        INPUT(3),
        /** A model folder that is damaged, foreign or of an unknown architecture. */
        MODEL(4),
        /** Memory, disk, a port or a device that the machine does not have. */
        RESOURCE(5),
        /** Training that left the range of numbers. */
        DIVERGED(6),
        /** A folder that already holds another run, or a finished one. */
        CONFLICT(7);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    private final Kind kind;

    public EngineException(Kind kind, String message) {
        this(kind, message, null);
    }

    public EngineException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public int exitCode() {
        return kind.exitCode;
    }
}
