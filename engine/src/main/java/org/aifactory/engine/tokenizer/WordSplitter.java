package org.aifactory.engine.tokenizer;

/** Cuts text into the words within which pairs are merged ("pre-tokenization"). */
sealed interface WordSplitter permits LlamaSplitter, PatternSplitter {

    /** Takes one word: the UTF-8 bytes {@code from} (inclusive) to {@code to} (exclusive) of a buffer that is not changed later. */
    @FunctionalInterface
    interface Words {
        void accept(byte[] utf8, int from, int to);
    }

    void split(String text, Words words);
}
