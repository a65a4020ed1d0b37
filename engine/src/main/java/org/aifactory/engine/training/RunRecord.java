package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.aifactory.engine.corpus.Fingerprint;

/**
 * What {@code training/run.json} says: what was asked for, of which text, what was planned, and whether it is done.
 *
 * @param options what the person chose, by the names of the options
 * @param corpus what identifies the text
 * @param plan as corrected so far
 * @param finished whether the model is written
 */
record RunRecord(Map<String, String> options, Fingerprint corpus, Plan plan, boolean finished) {
    RunRecord {
        options = Map.copyOf(options);
        Objects.requireNonNull(corpus);
        Objects.requireNonNull(plan);
    }

    RunRecord withPlan(Plan changed) {
        return new RunRecord(options, corpus, changed, finished);
    }

    RunRecord done() {
        return new RunRecord(options, corpus, plan, true);
    }

    /** One sentence for each way in which another request is not this one. */
    List<String> differences(Map<String, String> otherOptions, Fingerprint otherCorpus) {
        List<String> differences = new ArrayList<>(otherCorpus.differencesFrom(corpus));
        TreeSet<String> names = new TreeSet<>(options.keySet());
        names.addAll(otherOptions.keySet());
        for (String name : names) {
            String before = options.get(name);
            String now = otherOptions.get(name);
            if (!Objects.equals(before, now)) {
                differences.add(name + " was " + said(before) + " and is now " + said(now) + ".");
            }
        }
        return differences;
    }

    private static String said(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "not given" : value;
    }
}
