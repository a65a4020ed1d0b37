package org.aifactory.federation.slurm;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm's lists of what it counts: {@code cpu=4,mem=8G,gres/gpu:a100=2}. */
final class Tres {
    private static final Pattern AMOUNT = Pattern.compile("(?:^|,)([a-z/]+)(?::[^=,]*)?=(\\d+)");

    /** As nodes have them: {@code gpu:a100:4(S:0-1)}. */
    private static final Pattern GPU = Pattern.compile("(?:^|,)gpu:([^:,()]+):\\d+");

    private Tres() {}

    /** What Slurm calls a node's GPUs, by the list of what it has. */
    static List<String> gpuNames(String list) {
        return GPU.matcher(list).results().map(found -> found.group(1)).toList();
    }

    /** A number out of a list; zero where it is not in it. */
    static int amount(String list, String what) {
        Matcher amounts = AMOUNT.matcher(list);
        while (amounts.find()) {
            if (amounts.group(1).equals(what)) {
                return Integer.parseInt(amounts.group(2));
            }
        }
        return 0;
    }
}
