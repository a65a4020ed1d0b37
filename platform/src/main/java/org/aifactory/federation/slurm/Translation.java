package org.aifactory.federation.slurm;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where a site sees what a job names by where it lies here. */
final class Translation {
    private final Map<Path, Path> places;
    private final Pattern here;

    /** @param places from here to there */
    Translation(Map<Path, Path> places) {
        this.places = Map.copyOf(places);
        // The longest first: one may lie in another. A name that only begins with one of them is another place.
        this.here = Pattern.compile(places.keySet().stream()
                .map(Path::toString)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|", "(?<![A-Za-z0-9_./-])(?:", ")(?=$|[/:;, ])")));
    }

    /** A word of a command, or the value of a variable. */
    String of(String word) {
        return here.matcher(word)
                .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(places.get(Path.of(found.group())))));
    }
}
