package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WordCounterTest {

    @Test
    void aCorpusOfWordsThatNeverRepeatKeepsItsMemoryBounded() {
        Random random = new Random(1);
        WordCounter counter = new WordCounter(bytes -> {});
        for (int megabyte = 0; megabyte < 80; megabyte++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 1 << 20) {
                text.append(" again ");
                for (int i = 0; i < 120; i++) {
                    text.append((char) ('a' + random.nextInt(26)));
                }
            }
            counter.add(text.toString());
        }
        WordCounts counts = counter.counts();

        assertThat(counter.bytes()).isGreaterThan(80L << 20);
        assertThat(counts.byteCount()).isLessThan(64 << 20);
        assertThat(counts.count(0)).isGreaterThan(600_000);
    }
}
