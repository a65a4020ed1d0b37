package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of a pre-tokenizer: cuts a piece of text at the matches of a pattern.
 *
 * @param behaviour what becomes of the delimiters
 * @param inverted whether the delimiters are not the matches but the text between them
 */
record SplitStep(Pattern pattern, Behaviour behaviour, boolean inverted) {

    enum Behaviour {
        REMOVED,
        ISOLATED,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT,
        CONTIGUOUS;

        /** Reads Hugging Face's name, such as {@code MergedWithNext}. */
        static Behaviour named(String name) throws Refusal {
            for (Behaviour behaviour : values()) {
                if (behaviour.name().replace("_", "").equalsIgnoreCase(name)) {
                    return behaviour;
                }
            }
            throw new Refusal("a step of its pre-tokenizer has the unknown behaviour " + name);
        }
    }

    private record Range(int start, int end, boolean delimiter) {
        Range through(Range last) {
            return new Range(start, last.end, delimiter);
        }
    }

    List<String> split(String piece) {
        return arranged(ranges(piece)).stream()
                .map(range -> piece.substring(range.start, range.end))
                .toList();
    }

    private List<Range> ranges(String piece) {
        List<Range> ranges = new ArrayList<>();
        int done = 0;
        Matcher matcher = pattern.matcher(new PatientText(piece));
        while (matcher.find()) {
            addUnlessEmpty(ranges, new Range(done, matcher.start(), inverted));
            addUnlessEmpty(ranges, new Range(matcher.start(), matcher.end(), !inverted));
            done = matcher.end();
        }
        addUnlessEmpty(ranges, new Range(done, piece.length(), inverted));
        return ranges;
    }

    private static void addUnlessEmpty(List<Range> ranges, Range range) {
        if (range.start < range.end) {
            ranges.add(range);
        }
    }

    private List<Range> arranged(List<Range> ranges) {
        return switch (behaviour) {
            case ISOLATED -> ranges;
            case REMOVED -> ranges.stream().filter(range -> !range.delimiter).toList();
            case CONTIGUOUS -> joined(ranges, (last, range) -> last.delimiter == range.delimiter);
            case MERGED_WITH_PREVIOUS -> joined(ranges, (last, range) -> range.delimiter && !last.delimiter);
            case MERGED_WITH_NEXT -> joined(ranges, (last, range) -> last.delimiter && !range.delimiter);
        };
    }

    @FunctionalInterface
    private interface Belongs {
        boolean together(Range last, Range range);
    }

    private static List<Range> joined(List<Range> ranges, Belongs belongs) {
        List<Range> joined = new ArrayList<>();
        Range last = null;
        for (Range range : ranges) {
            if (last != null && belongs.together(last, range)) {
                joined.set(joined.size() - 1, joined.getLast().through(range));
            } else {
                joined.add(range);
            }
            last = range;
        }
        return joined;
    }
}
