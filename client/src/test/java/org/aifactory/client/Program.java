package org.aifactory.client;

import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.aifactory.client.terminal.Terminal;

/** The client as a script runs it, with a home of its own. */
final class Program {
    private final Map<String, String> environment = new HashMap<>();

    Program(Path home) {
        environment.put("HOME", home.toString());
    }

    /** What came of a command. */
    record Run(int status, String out, String err) {}

    static Program signedIn(Path home, URI server) {
        return new Program(home).with("AIFACTORY_SERVER", server.toString()).with("AIFACTORY_TOKEN", "aif_secret");
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Run run(String... words) {
        return runWithInput("", words);
    }

    Run runWithInput(String input, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal =
                Terminal.plain(new PrintWriter(out, true), new PrintWriter(err, true), new StringReader(input));
        int status = Main.run(new Surroundings(Map.copyOf(environment), terminal), words);
        return new Run(status, out.toString(), err.toString());
    }
}
