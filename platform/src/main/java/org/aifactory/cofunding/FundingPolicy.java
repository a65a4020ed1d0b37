package org.aifactory.cofunding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.aifactory.facts.Mark;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** The most that the Union pays of a factory's cost, as {@code policy/funding.yaml} has it. */
@Component
class FundingPolicy {
    /** Of what a factory costs. */
    static final List<String> CATEGORIES = List.of("acquisition", "operation");
    /** What a factory is until the office says otherwise. */
    static final String USUAL = "ai-optimised";

    private static final String FILE = "/policy/funding.yaml";
    private static final BigDecimal BASIS_POINTS = BigDecimal.valueOf(10_000);

    private final Map<String, Map<String, Rate>> kinds = read();

    /**
     * @param rate from 0 to 1
     * @param article where it stands, as people cite it
     */
    record Rate(BigDecimal rate, String article, String source, Mark mark) {
        int basisPoints() {
            return rate.multiply(BASIS_POINTS).intValueExact();
        }
    }

    private record Policy(Map<String, Map<String, Rate>> kinds) {}

    private static Map<String, Map<String, Rate>> read() {
        try (InputStream file = Objects.requireNonNull(FundingPolicy.class.getResourceAsStream(FILE))) {
            Object tree = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, Map<String, Rate>> kinds = new TreeMap<>(
                    new JsonMapper().convertValue(tree, Policy.class).kinds());
            kinds.forEach((kind, rates) -> rates.forEach((category, rate) -> {
                if (!CATEGORIES.contains(category) || rate.basisPoints() < 0 || rate.basisPoints() > 10_000) {
                    throw new IllegalStateException(FILE + ": " + kind + ", " + category + " cannot be used.");
                }
            }));
            return kinds;
        } catch (IOException failure) {
            throw new UncheckedIOException(FILE + " cannot be read.", failure);
        }
    }

    List<String> kinds() {
        return List.copyOf(kinds.keySet());
    }

    /** By category; a kind that nobody knows has none. */
    Map<String, Rate> rates(String kind) {
        return new TreeMap<>(kinds.getOrDefault(kind, Map.of()));
    }
}
