package org.aifactory.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Python interpreter with a library, and the scripts in {@code bench/python} that measure what others would use. A script prints one
 * JSON object a line.
 */
record Python(Path interpreter) {
    /** The interpreter that {@code AIFACTORY_PYTHON} names, else {@code python3} on the PATH, if it has the library. */
    static Optional<Python> with(String library) {
        return candidate().filter(python -> python.has(library));
    }

    /** What a table says where there is none. */
    static String missing(String library) {
        return "no Python with " + library + " found; set AIFACTORY_PYTHON to one, or put its python3 on the PATH";
    }

    private static Optional<Python> candidate() {
        String named = System.getenv("AIFACTORY_PYTHON");
        if (named != null && !named.isEmpty()) {
            if (!Files.isExecutable(Path.of(named))) {
                throw new EngineException(
                        Kind.INPUT, "AIFACTORY_PYTHON is " + named + ", which is no program that can be run.");
            }
            return Optional.of(new Python(Path.of(named)));
        }
        return Child.onPath("python3").map(Python::new);
    }

    private boolean has(String library) {
        String question = "import importlib.util; print(importlib.util.find_spec('%s') is not None)".formatted(library);
        return Child.run(List.of(interpreter.toString(), "-c", question), _ -> {})
                .equals(List.of("True"));
    }

    /**
     * Runs a script to its end.
     *
     * @param heard told each object as it comes
     * @return the last
     */
    JsonNode run(String script, List<String> arguments, Consumer<JsonNode> heard) {
        List<String> command = new ArrayList<>(List.of(
                interpreter.toString(), Child.file("bench", "python", script).toString()));
        command.addAll(arguments);
        List<String> said =
                Child.run(command, line -> heard.accept(JsonMapper.shared().readTree(line)));
        if (said.isEmpty()) {
            throw new EngineException(Kind.RESOURCE, script + " measured nothing under " + interpreter + ".");
        }
        return JsonMapper.shared().readTree(said.getLast());
    }
}
