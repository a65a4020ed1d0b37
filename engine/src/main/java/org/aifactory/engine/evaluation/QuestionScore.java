package org.aifactory.engine.evaluation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many questions were answered right, by language. */
public record QuestionScore(SortedMap<String, Accuracy> languages) {

    /** Right ones among all. */
    public record Accuracy(int correct, int total) {
        /** Share of right ones, 0 to 1. */
        public double accuracy() {
            return total == 0 ? 0 : (double) correct / total;
        }

        Accuracy plus(Accuracy other) {
            return new Accuracy(correct + other.correct, total + other.total);
        }
    }

    public QuestionScore {
        languages = Collections.unmodifiableSortedMap(new TreeMap<>(languages));
    }

    static QuestionScore none() {
        return new QuestionScore(new TreeMap<>());
    }

    QuestionScore with(String language, boolean correct) {
        SortedMap<String, Accuracy> more = new TreeMap<>(languages);
        more.merge(language, new Accuracy(correct ? 1 : 0, 1), Accuracy::plus);
        return new QuestionScore(more);
    }

    /** All languages together. */
    public Accuracy all() {
        return languages.values().stream().reduce(new Accuracy(0, 0), Accuracy::plus);
    }
}
