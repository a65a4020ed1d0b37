package org.aifactory.engine.tokenizer;

import java.util.List;

/**
 * A pre-tokenizer of {@code tokenizer.json} as its steps say: patterns on the text, then the byte alphabet, then patterns on what
 * the alphabet made of it.
 */
record PatternSplitter(List<SplitStep> onText, List<SplitStep> onAlphabet) implements WordSplitter {

    @Override
    public void split(String text, Words words) {
        split(text, 0, words);
    }

    private void split(String piece, int step, Words words) {
        if (step < onText.size()) {
            for (String part : onText.get(step).split(piece)) {
                split(part, step + 1, words);
            }
        } else {
            byte[] utf8 = Utf8.bytes(piece);
            if (onAlphabet.isEmpty()) {
                words.accept(utf8, 0, utf8.length);
            } else {
                splitAlphabet(ByteAlphabet.text(utf8), 0, words);
            }
        }
    }

    private void splitAlphabet(String piece, int step, Words words) {
        if (step < onAlphabet.size()) {
            for (String part : onAlphabet.get(step).split(piece)) {
                splitAlphabet(part, step + 1, words);
            }
        } else {
            byte[] utf8 = ByteAlphabet.bytes(piece);
            words.accept(utf8, 0, utf8.length);
        }
    }
}
