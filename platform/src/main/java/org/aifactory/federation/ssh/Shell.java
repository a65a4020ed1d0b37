package org.aifactory.federation.ssh;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words as a shell takes them, whichever shell it is. */
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+-]+");

    private Shell() {}

    /** A line that means these words and nothing else. */
    public static String line(List<String> words) {
        return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    /** Between single quotes nothing has a meaning, but a line's end to some shells, and NUL to all. */
    public static String quoted(String word) {
        if (word.chars().anyMatch(letter -> letter < ' ')) {
            throw new IllegalArgumentException("A word for the shell holds no control character.");
        }
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
