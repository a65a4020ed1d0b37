package org.aifactory.ledger;

/** A posting that was refused. The message is a sentence for the person who asked. */
public final class LedgerException extends RuntimeException {
    private final Refusal refusal;

    LedgerException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
