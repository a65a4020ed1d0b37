package org.aifactory.engine.jinja;

/** Why a template cannot be read or run. The message is a clause without a full stop, for a sentence of the caller's. */
public final class JinjaException extends RuntimeException {
    private final boolean raised;

    private JinjaException(String message, boolean raised) {
        super(message);
        this.raised = raised;
    }

    JinjaException(String message) {
        this(message, false);
    }

    /** What a template itself says against its input, by {@code raise_exception}. */
    static JinjaException raised(String message) {
        return new JinjaException(message, true);
    }

    static JinjaException at(int line, String message) {
        return new JinjaException("line " + line + ": " + message, false);
    }

    /** Whether the template itself refused its input. */
    public boolean isRaised() {
        return raised;
    }
}
