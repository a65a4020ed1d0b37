package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Counts the words of a corpus on all cores. The corpus is taken in rounds of fixed size, and rare words are forgotten only
 * between rounds, so that the counts do not depend on the number of cores.
 */
final class WordCounter {
    /** Longer words are cut: a text without spaces teaches as much, and pairs across the cut are few. */
    static final int LONGEST_WORD_BYTES = 128;

    private static final int TASK_CHARACTERS = 1 << 19;
    private static final int ROUND_CHARACTERS = 1 << 25;
    private static final int MOST_WORDS = 3_000_000;
    private static final int MOST_BYTES = 32 << 20;

    private WordCounts counts = new WordCounts();
    private long bytes;

    private final LongConsumer progress;
    private List<List<String>> round = new ArrayList<>();
    private List<String> task = new ArrayList<>();
    private long roundCharacters;
    private long taskCharacters;

    /** @param progress is told the bytes counted so far */
    WordCounter(LongConsumer progress) {
        this.progress = progress;
    }

    private record Counted(WordCounts words, long bytes) {}

    void add(String text) {
        task.add(text);
        taskCharacters += text.length();
        roundCharacters += text.length();
        if (taskCharacters >= TASK_CHARACTERS) {
            endTask();
        }
        if (roundCharacters >= ROUND_CHARACTERS) {
            countRound();
        }
    }

    /** The words of all texts added. */
    WordCounts counts() {
        countRound();
        return counts;
    }

    /** UTF-8 bytes of all texts counted. */
    long bytes() {
        return bytes;
    }

    private void endTask() {
        round.add(task);
        task = new ArrayList<>();
        taskCharacters = 0;
    }

    private void countRound() {
        endTask();
        round.parallelStream().map(WordCounter::counted).forEachOrdered(counted -> {
            counts.addAll(counted.words);
            bytes += counted.bytes;
        });
        round = new ArrayList<>();
        roundCharacters = 0;
        forgetRareWords();
        progress.accept(bytes);
    }

    private static Counted counted(List<String> texts) {
        WordCounts words = new WordCounts();
        long[] bytes = {0};
        for (String text : texts) {
            LlamaSplitter.LLAMA_3.split(text, (utf8, from, to) -> {
                bytes[0] += to - from;
                addCut(words, utf8, from, to);
            });
        }
        return new Counted(words, bytes[0]);
    }

    private static void addCut(WordCounts words, byte[] utf8, int from, int to) {
        int start = from;
        while (to - start > LONGEST_WORD_BYTES) {
            int end = characterStart(utf8, start + LONGEST_WORD_BYTES);
            words.add(utf8, start, end, 1);
            start = end;
        }
        words.add(utf8, start, to, 1);
    }

    private static int characterStart(byte[] utf8, int index) {
        int start = index;
        while ((utf8[start] & 0xC0) == 0x80) {
            start--;
        }
        return start;
    }

    /** Bounds the memory for a corpus without end: where there are too many words, those met least often are dropped. */
    private void forgetRareWords() {
        if (counts.size() <= MOST_WORDS && counts.byteCount() <= MOST_BYTES) {
            return;
        }
        for (long least = 2; counts.size() > MOST_WORDS / 2 || counts.byteCount() > MOST_BYTES / 2; least *= 2) {
            counts = counts.atLeast(least);
        }
    }
}
