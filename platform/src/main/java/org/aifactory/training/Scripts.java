package org.aifactory.training;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.aifactory.web.Problem;

/** Scripts as people send them. */
final class Scripts {
    private static final int MOST_BYTES = 256 << 10;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Scripts() {}

    /**
     * A script that can be run: not empty, not too long, without NUL characters.
     *
     * @throws Problem that says what is wrong with it
     */
    static String checked(String script) {
        if (script.isBlank()) {
            throw Problem.invalid("command", "training.fault.script");
        }
        if (script.indexOf('\0') >= 0) {
            throw Problem.invalid("command", "training.fault.script-nul");
        }
        if (script.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw Problem.invalid("command", "training.fault.script-long", MOST_BYTES >> 10);
        }
        return script;
    }

    /** With the line ends that shells read, whichever editor wrote it, and without the mark that some put before the first. */
    static String unixLines(String script) {
        String plain = script.startsWith(BYTE_ORDER_MARK) ? script.substring(1) : script;
        String unix = plain.replace("\r\n", "\n").replace('\r', '\n');
        return unix.endsWith("\n") ? unix : unix + "\n";
    }

    /** How a script is started: by what its first line names, or by bash, which ends at the first command that fails. */
    static List<String> start(String script, Path place) {
        return unixLines(script).startsWith("#!") ? List.of(place.toString()) : List.of("bash", "-e", place.toString());
    }
}
