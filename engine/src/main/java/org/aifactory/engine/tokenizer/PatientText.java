package org.aifactory.engine.tokenizer;

import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/**
 * A text that lets a pattern look at its characters only so often. Patterns come from strangers, and some need longer than anyone
 * will wait; those of real tokenizers look at each character a few dozen times.
 */
final class PatientText implements CharSequence {
    private static final long LOOKS_MIN = 1 << 20;
    private static final long LOOKS_PER_CHARACTER = 1 << 10;

    private final String text;
    private long looks;

    PatientText(String text) {
        this.text = text;
        this.looks = LOOKS_MIN + LOOKS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
        if (looks-- == 0) {
            throw new EngineException(
                    Kind.MODEL,
                    "A pattern in the model's tokenizer.json takes too long on this text. Use a model with a tokenizer from a"
                            + " source that you trust.");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
