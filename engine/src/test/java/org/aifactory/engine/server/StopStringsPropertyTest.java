package org.aifactory.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class StopStringsPropertyTest {

    @Property
    void theTextEndsBeforeTheFirstStopStringHoweverItIsCut(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 40) String text,
            @ForAll @Size(min = 1, max = 3)
                    List<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 4) String> strings,
            @ForAll @IntRange(min = 1, max = 5) int piece) {
        StopStrings stops = new StopStrings(strings);
        StringBuilder shown = new StringBuilder();
        for (int from = 0; from < text.length() && !stops.found(); from += piece) {
            shown.append(stops.accept(text.substring(from, Math.min(text.length(), from + piece))));
        }
        if (!stops.found()) {
            shown.append(stops.flush());
        }
        assertThat(shown.toString()).isEqualTo(expected(text, strings));
    }

    @Property
    void textWithoutAStopStringPassesWhole(@ForAll @AlphaChars String text) {
        StopStrings stops = new StopStrings(List.of("#"));
        assertThat(stops.accept(text) + stops.flush()).isEqualTo(text);
    }

    /** Reads on until some stop string has been read whole; of those that end there the longest is left out. */
    private static String expected(String text, List<String> strings) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            int longest = strings.stream()
                    .filter(read::endsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            if (longest > 0) {
                return read.substring(0, end - longest);
            }
        }
        return text;
    }
}
