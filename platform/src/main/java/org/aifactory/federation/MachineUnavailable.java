package org.aifactory.federation;

/** A machine does not answer, so nothing is known of its jobs: neither that they are gone nor that they run. */
public final class MachineUnavailable extends RuntimeException {

    public MachineUnavailable(String sentence) {
        super(sentence);
    }

    public MachineUnavailable(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
