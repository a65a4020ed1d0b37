package org.aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The order of the packages, as docs/architecture.md draws it. */
class PackagesTest {
    private static final Pattern ARROW =
            Pattern.compile(" +org\\.aifactory\\.engine\\.(\\w+) +-> +org\\.aifactory\\.engine\\.(\\w+) .*");

    /** Each package may use those that stand after it. */
    private static final List<String> ORDER = List.of(
            "cli",
            "server",
            "training",
            "distributed",
            "evaluation",
            "generation",
            "weights",
            "model",
            "corpus",
            "chat",
            "tokenizer",
            "jinja");

    @Test
    void arrowsBetweenPackagesGoDownOnly() {
        TreeMap<String, Set<String>> uses = new TreeMap<>();
        for (String line : jdeps().lines().toList()) {
            var arrow = ARROW.matcher(line);
            if (arrow.matches()) {
                uses.computeIfAbsent(arrow.group(1), name -> new TreeSet<>()).add(arrow.group(2));
            }
        }
        assertThat(uses.get("cli")).as("what jdeps says").contains("training", "generation");
        List<String> upwards = new ArrayList<>();
        uses.forEach((from, used) -> used.stream()
                .filter(to -> !ORDER.subList(ORDER.indexOf(from), ORDER.size()).contains(to))
                .forEach(to -> upwards.add(from + " uses " + to)));
        assertThat(upwards).isEmpty();
    }

    private static String jdeps() {
        StringWriter out = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        String classes = EngineException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        jdeps.run(new PrintWriter(out), new PrintWriter(out), "-verbose:package", "--ignore-missing-deps", classes);
        return out.toString();
    }
}
