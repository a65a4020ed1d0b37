package org.aifactory.federation;

/** A file of a catalogue is not as it should be: which, where in it, and what to do. Nothing was changed. */
public final class CatalogueFault extends RuntimeException {

    CatalogueFault(String sentence) {
        super(sentence);
    }
}
