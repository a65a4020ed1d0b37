package org.aifactory.facts;

/** A file that people wrote is not as it should be: which, where in it, and what to do. Nothing was changed. */
public final class FileFault extends RuntimeException {

    public FileFault(String sentence) {
        super(sentence);
    }
}
