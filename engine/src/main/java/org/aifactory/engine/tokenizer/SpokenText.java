package org.aifactory.engine.tokenizer;

import java.text.Normalizer;
import java.util.BitSet;

/**
 * A text of which people said parts.
 *
 * @param said for each {@code char}, whether people said it
 */
record SpokenText(String text, BitSet said) {

    SpokenText part(int from, int to) {
        return new SpokenText(text.substring(from, to), said.get(from, to));
    }

    /**
     * The text in Unicode's composed form (NFC), what people said and what they did not each by itself: a letter of ours and an
     * accent of theirs stay two characters here, so that each character has one origin.
     */
    SpokenText composed() {
        if (Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            return this;
        }
        StringBuilder composed = new StringBuilder(text.length());
        BitSet composedSaid = new BitSet();
        int from = 0;
        while (from < text.length()) {
            boolean isSaid = said.get(from);
            int next = isSaid ? said.nextClearBit(from) : said.nextSetBit(from);
            int to = next < 0 ? text.length() : Math.min(next, text.length());
            int start = composed.length();
            composed.append(Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFC));
            composedSaid.set(start, composed.length(), isSaid);
            from = to;
        }
        return new SpokenText(composed.toString(), composedSaid);
    }
}
