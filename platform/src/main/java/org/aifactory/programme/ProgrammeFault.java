package org.aifactory.programme;

/** A file of the programme is not as it should be: which, where in it, and what to do. Nothing was changed. */
public final class ProgrammeFault extends RuntimeException {

    ProgrammeFault(String sentence) {
        super(sentence);
    }
}
