package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** BPE training as it is defined, with every pair counted anew for every merge: the measure for the fast one. */
final class NaiveTrainer {
    private NaiveTrainer() {}

    /** The merges as the texts of their two tokens with a space between. */
    static List<String> merges(List<String> texts, int wanted) {
        Map<List<Integer>, Integer> words = new LinkedHashMap<>();
        for (String text : texts) {
            LlamaSplitter.LLAMA_3.split(text, (utf8, from, to) -> {
                List<Integer> word = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    word.add(utf8[i] & 0xFF);
                }
                words.merge(word, 1, Integer::sum);
            });
        }
        List<String> tokens = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(ByteAlphabet.text(new byte[] {(byte) value}));
        }
        List<String> merges = new ArrayList<>();
        Map<List<Integer>, Integer> current = words;
        while (merges.size() < wanted) {
            List<Integer> best = mostFrequent(current);
            if (best.isEmpty()) {
                break;
            }
            current = merged(current, best, tokens.size());
            merges.add(tokens.get(best.get(0)) + " " + tokens.get(best.get(1)));
            tokens.add(tokens.get(best.get(0)) + tokens.get(best.get(1)));
        }
        return merges;
    }

    private static List<Integer> mostFrequent(Map<List<Integer>, Integer> words) {
        Map<List<Integer>, Integer> pairs = new LinkedHashMap<>();
        words.forEach((word, count) -> {
            for (int i = 0; i + 1 < word.size(); i++) {
                pairs.merge(List.of(word.get(i), word.get(i + 1)), count, Integer::sum);
            }
        });
        return pairs.entrySet().stream()
                .filter(entry -> entry.getValue() >= 2)
                .min(Comparator.comparingInt((Map.Entry<List<Integer>, Integer> entry) -> -entry.getValue())
                        .thenComparingInt(entry -> entry.getKey().get(0))
                        .thenComparingInt(entry -> entry.getKey().get(1)))
                .map(Map.Entry::getKey)
                .orElse(Collections.emptyList());
    }

    private static Map<List<Integer>, Integer> merged(
            Map<List<Integer>, Integer> words, List<Integer> pair, int product) {
        Map<List<Integer>, Integer> merged = new LinkedHashMap<>();
        words.forEach((word, count) -> {
            List<Integer> shorter = new ArrayList<>();
            int i = 0;
            while (i < word.size()) {
                boolean joins = i + 1 < word.size() && word.subList(i, i + 2).equals(pair);
                shorter.add(joins ? product : word.get(i));
                i += joins ? 2 : 1;
            }
            merged.merge(shorter, count, Integer::sum);
        });
        return merged;
    }
}
