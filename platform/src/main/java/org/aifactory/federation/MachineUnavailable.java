package org.aifactory.federation;

import org.aifactory.web.Message;

/** A machine does not answer, so nothing is known of its jobs: neither that they are gone nor that they run. */
public final class MachineUnavailable extends RuntimeException {
    private final Message sentence;

    public MachineUnavailable(Message sentence) {
        super(sentence.inEnglish());
        this.sentence = sentence;
    }

    /** @param said by the machine, or of how it was asked: the same in every language */
    public MachineUnavailable(String said) {
        this(Message.written(said));
    }

    public MachineUnavailable(String said, Throwable cause) {
        super(said, cause);
        this.sentence = Message.written(said);
    }

    public Message sentence() {
        return sentence;
    }
}
