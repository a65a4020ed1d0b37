package org.aifactory.client.terminal;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the program's words go, and where it asks. Results go to standard out, and all else to standard error. */
public final class Terminal {
    private final PrintWriter out;
    private final PrintWriter err;
    private final BufferedReader in;
    private final @Nullable Console console;
    private final ProgressLine progress;

    private Terminal(PrintWriter out, PrintWriter err, Reader in, @Nullable Console console, boolean draws) {
        this.out = out;
        this.err = err;
        this.in = new BufferedReader(in);
        this.console = console;
        this.progress = new ProgressLine(err, draws);
    }

    /** The streams of this process. Whether standard error is a terminal only the launcher knows. */
    public static Terminal ofProcess() {
        Console console = System.console();
        return new Terminal(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                new InputStreamReader(System.in, StandardCharsets.UTF_8),
                console != null && console.isTerminal() ? console : null,
                Boolean.getBoolean("aifactory.terminal"));
    }

    /** Nobody sits before it; for programs and tests. */
    public static Terminal plain(PrintWriter out, PrintWriter err, Reader in) {
        return new Terminal(out, err, in, null, false);
    }

    /** Where results go. */
    public PrintWriter out() {
        return out;
    }

    /** Where messages go. */
    public PrintWriter err() {
        return err;
    }

    /** Whether there is somebody to ask. */
    public boolean isInteractive() {
        return console != null;
    }

    public void print(String line) {
        progress.erase();
        out.println(line);
        out.flush();
    }

    public void print(List<String> lines) {
        lines.forEach(this::print);
    }

    /** A part of a line, shown at once. */
    public void printPart(String text) {
        out.print(text);
        out.flush();
    }

    /** A message in the form of {@link String#format}: what others wrote belongs into an argument. */
    public void say(String format, Object... arguments) {
        progress.erase();
        err.println(String.format(Locale.ROOT, format, arguments));
        err.flush();
    }

    public ProgressLine progress() {
        return progress;
    }

    /** The answer, without spaces around it; the default where nothing was typed. */
    public String ask(String question, Optional<String> usual) {
        Console asked = requireConsole(question);
        while (true) {
            String answer = asked.readLine(
                    "%s%s: ", question, usual.map(word -> " [" + word + "]").orElse(""));
            if (answer == null) {
                throw new EndOfInput();
            }
            if (!answer.isBlank()) {
                return answer.strip();
            }
            if (usual.isPresent()) {
                return usual.get();
            }
        }
    }

    public String ask(String question) {
        return ask(question, Optional.empty());
    }

    /** Nothing of the answer is shown. */
    public String askSecretly(String question) {
        char[] answer = requireConsole(question).readPassword("%s: ", question);
        if (answer == null) {
            throw new EndOfInput();
        }
        return new String(answer);
    }

    public boolean confirm(String question) {
        String answer = requireConsole(question).readLine("%s [Y/n] ", question);
        return answer != null && !answer.strip().toLowerCase(Locale.ROOT).startsWith("n");
    }

    private Console requireConsole(String question) {
        if (console == null) {
            throw new IllegalStateException("nobody is there to answer: " + question);
        }
        return console;
    }

    /** A line of standard input; empty at its end. */
    public Optional<String> readLine() {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The person ended the input instead of answering. */
    public static final class EndOfInput extends RuntimeException {}
}
