package org.aifactory.facts;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A piece of a YAML file that knows where it stands, so that a fault in it can be found. */
public final class YamlPart {
    private static final int LARGEST_FILE = 1 << 20;
    private static final int LONGEST_TEXT = 1000;
    private static final BigDecimal LARGEST_AMOUNT = new BigDecimal("1e18");

    private final Path file;
    private final String field;
    private final Node node;

    private YamlPart(Path file, String field, Node node) {
        this.file = file;
        this.field = field;
        this.node = node;
    }

    /**
     * The whole of a file.
     *
     * @throws FileFault when it cannot be read, or is no YAML
     */
    public static YamlPart read(Path file) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LARGEST_FILE);
        limits.setMaxAliasesForCollections(0);
        try (Reader reader = Files.newBufferedReader(file)) {
            Node root = new Yaml(limits).compose(reader);
            if (root == null) {
                throw new FileFault(file + ": the file is empty; its form is in the README beside it.");
            }
            return new YamlPart(file, "", root);
        } catch (MarkedYAMLException broken) {
            int line = broken.getProblemMark() == null
                    ? 0
                    : broken.getProblemMark().getLine() + 1;
            throw new FileFault(file + ", line " + line + ": this is not YAML: " + broken.getProblem() + ".");
        } catch (YAMLException broken) {
            throw new FileFault(file + ": this is not YAML: " + broken.getMessage());
        } catch (IOException unreadable) {
            throw new FileFault(file + ": the file cannot be read as text in UTF-8: " + unreadable.getMessage());
        }
    }

    /**
     * The files of a folder that end in .yaml, by name.
     *
     * @throws FileFault when there are none
     */
    public static List<Path> filesIn(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.yaml")) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            if (sorted.isEmpty()) {
                throw new FileFault(folder + " has no files that end in .yaml.");
            }
            return sorted;
        } catch (IOException unreadable) {
            throw new FileFault(folder + " is not a folder that can be read.");
        }
    }

    /** @param advice what is wrong here and what to do, as the rest of a sentence */
    public FileFault fault(String advice) {
        int line = node.getStartMark().getLine() + 1;
        return new FileFault(file + ", line " + line + (field.isEmpty() ? "" : ", " + field) + ": " + advice);
    }

    /** The fields, in order. */
    public Map<String, YamlPart> fields() {
        if (!(node instanceof MappingNode mapping)) {
            throw fault("here belong fields, each with its value.");
        }
        Map<String, YamlPart> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
            YamlPart part = new YamlPart(file, field.isEmpty() ? name : field + "." + name, tuple.getValueNode());
            if (fields.put(name, part) != null) {
                throw part.fault("this field stands here twice; leave one.");
            }
        }
        return fields;
    }

    /** The fields, of which there are none but these. */
    public Map<String, YamlPart> fields(Set<String> known) {
        Map<String, YamlPart> fields = fields();
        fields.forEach((name, part) -> {
            if (!known.contains(name)) {
                throw part.fault("there is no such field; here may stand "
                        + String.join(", ", known.stream().sorted().toList()) + ".");
            }
        });
        return fields;
    }

    public YamlPart need(Map<String, YamlPart> fields, String name) {
        YamlPart part = fields.get(name);
        if (part == null) {
            throw fault("the field " + name + " is missing.");
        }
        return part;
    }

    /** The parts of a list; none where there is no list. */
    public static List<YamlPart> items(@Nullable YamlPart part) {
        return part == null ? List.of() : part.list();
    }

    public List<YamlPart> list() {
        if (!(node instanceof SequenceNode sequence)) {
            throw fault("here belongs a list.");
        }
        List<YamlPart> parts = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            parts.add(new YamlPart(file, field + "[" + parts.size() + "]", item));
        }
        return parts;
    }

    public String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw fault("here belongs a text.");
        }
        String text = scalar.getValue().strip();
        if (text.isEmpty() || text.length() > LONGEST_TEXT || text.indexOf('\0') >= 0) {
            throw fault("here belongs a text of 1 to " + LONGEST_TEXT + " characters.");
        }
        return text;
    }

    public String matching(String form, String words) {
        String text = text();
        if (!text.matches(form)) {
            throw fault("“" + text + "” is not " + words + ".");
        }
        return text;
    }

    public int number(int least, int most) {
        String text = text();
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw fault("“" + text + "” is not a whole number from " + least + " to " + most + ".");
    }

    /** More than nothing, as people write it: {@code 370.8e9} or {@code 1_000_000_000}. */
    public BigDecimal amount() {
        String text = text();
        if (text.matches("\\d[\\d_]{0,20}(\\.\\d{1,10})?(e\\d{1,2})?")) {
            BigDecimal amount = new BigDecimal(text.replace("_", ""));
            if (amount.signum() > 0 && amount.compareTo(LARGEST_AMOUNT) <= 0) {
                return amount;
            }
        }
        throw fault("“" + text + "” is not an amount; write it as 1_000_000_000, 2.5e9 or 0.65.");
    }

    public LocalDate day() {
        String text = text();
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException other) {
            throw fault("“" + text + "” is not a day; write it as 2024-03-12.");
        }
    }

    public <E extends Enum<E>> E one(Class<E> kind) {
        String text = text();
        return Optional.ofNullable(known(kind, text))
                .orElseThrow(() -> fault("“" + text + "” is none of "
                        + String.join(
                                ", ",
                                Arrays.stream(kind.getEnumConstants())
                                        .map(Enum::name)
                                        .toList())
                        + "."));
    }

    private static <E extends Enum<E>> @Nullable E known(Class<E> kind, String name) {
        for (E constant : kind.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        return null;
    }
}
