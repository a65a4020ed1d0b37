package org.aifactory.programme;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** The countries that there are (ISO 3166-1), and groups of them as {@code policy/countries.yaml} has them. */
@Component
public class Countries {
    public static final String EUROPEAN_UNION = "european-union";
    private static final String FILE = "/policy/countries.yaml";
    private static final Set<String> CODES = Set.copyOf(Arrays.asList(java.util.Locale.getISOCountries()));

    private final Map<String, Group> groups;

    Countries() {
        this.groups = read();
    }

    /** @param source where it stands who belongs to it */
    record Group(String source, Set<String> countries) {}

    private record Groups(Map<String, Group> groups) {}

    private static Map<String, Group> read() {
        try (InputStream file = java.util.Objects.requireNonNull(Countries.class.getResourceAsStream(FILE))) {
            Object tree = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, Group> groups =
                    new JsonMapper().convertValue(tree, Groups.class).groups();
            groups.forEach((name, group) -> {
                if (!CODES.containsAll(group.countries())) {
                    throw new IllegalStateException(
                            FILE + ": the group " + name + " names a country that ISO 3166-1 does not know.");
                }
            });
            return Map.copyOf(groups);
        } catch (IOException failure) {
            throw new UncheckedIOException(FILE + " cannot be read.", failure);
        }
    }

    public boolean exists(String code) {
        return CODES.contains(code);
    }

    /** Their names, in order. */
    List<String> groups() {
        return groups.keySet().stream().sorted().toList();
    }

    boolean isGroup(String name) {
        return groups.containsKey(name);
    }

    public Set<String> in(String group) {
        Group known = groups.get(group);
        return known == null ? Set.of() : known.countries();
    }
}
