package org.aifactory.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** PostgreSQL's own benchmark, with the scripts in {@code bench/pgbench}. */
record Pgbench(Path program, Path psql, Database database) {
    /** What a table says where there is none. */
    static final String MISSING =
            "no pgbench and psql found; install PostgreSQL's own programs (Debian: apt-get install postgresql) and try again";

    /** So many of each client: by time, a slow machine would still be connecting when it is over. */
    static final int EACH = 30;

    private static final Pattern SPEED = Pattern.compile("tps = ([0-9.]+) \\(without initial connection time\\)");

    static Optional<Pgbench> on(Database database) {
        return Child.onPath("pgbench")
                .flatMap(pgbench -> Child.onPath("psql").map(psql -> new Pgbench(pgbench, psql, database)));
    }

    /** The only cell of the answer to a query. */
    String query(String sql) {
        return String.join("\n", Child.run(command(psql, "-XAtqc", sql), database.environment(), _ -> {}));
    }

    /**
     * Transactions per second, none of which may fail.
     *
     * @param words what the script speaks of
     */
    double transactionsPerSecond(String script, int clients, Map<String, String> words) {
        List<String> arguments = new ArrayList<>(List.of(
                "--no-vacuum",
                "--protocol=prepared",
                "--client=" + clients,
                "--jobs=" + Runtime.getRuntime().availableProcessors(),
                "--transactions=" + EACH,
                "--file=" + Child.file("bench", "pgbench", script)));
        words.forEach((name, value) -> arguments.add("--define=" + name + "=" + value));
        String said = String.join(
                "\n", Child.run(command(program, arguments.toArray(String[]::new)), database.environment(), _ -> {}));
        Matcher speed = SPEED.matcher(said);
        if (!speed.find() || !said.contains("number of failed transactions: 0 ")) {
            throw new EngineException(Kind.RESOURCE, "pgbench did not do what " + script + " says: " + said);
        }
        return Double.parseDouble(speed.group(1));
    }

    private List<String> command(Path what, String... arguments) {
        List<String> command = new ArrayList<>(List.of(what.toString()));
        command.addAll(List.of("--host=127.0.0.1", "--port=" + database.port(), "--username=" + Database.NAME));
        command.addAll(List.of(arguments));
        command.add(Database.NAME);
        return command;
    }
}
