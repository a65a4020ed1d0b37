package org.aifactory.models;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.aifactory.models.Facts.Shape;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model as a run left it, in Hugging Face's form. A program that nobody here knows may have written it, so no link is followed, nothing
 * is read without a bound, and whatever could run when somebody loads it is left out.
 *
 * @param files those of the model, in the order of their names
 * @param leftOut names of the others
 */
record ModelFolder(Path path, List<Path> files, List<String> leftOut, Shape shape) {
    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String CARD = "README.md";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String CHAT_TEMPLATE = "chat_template.jinja";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_FILES = 2000;
    private static final int MOST_LEFT_OUT = 50;
    private static final int MOST_CONFIG_BYTES = 4 << 20;
    private static final int MOST_INDEX_BYTES = 8 << 20;
    /** Those that hold data alone; a pickle or a Python file runs where it is loaded. */
    private static final Pattern TAKEN = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,200}\\.(json|safetensors|jinja|txt|model)|LICENSE|NOTICE|LICENSE\\.md|NOTICE\\.md");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,100}");

    /** Opens a file and nothing that only leads to one. */
    static SeekableByteChannel open(Path file) throws IOException {
        return Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    static InputStream read(Path file) throws IOException {
        return Channels.newInputStream(open(file));
    }

    /**
     * The model in a run's output: in the folder itself, or in the one folder in it that has one.
     *
     * @return empty where there is none
     * @throws UnusableModel when there is one that cannot be loaded, or several
     */
    static Optional<ModelFolder> find(Path output) throws IOException {
        // A program can put a link to the model of somebody else in the place of its output.
        if (!Files.isDirectory(output, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (holdsModel(output)) {
            return Optional.of(examine(output));
        }
        List<Path> candidates = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(output)) {
            int seen = 0;
            for (Path child : children) {
                if (++seen > MOST_FILES) {
                    break;
                }
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) && holdsModel(child)) {
                    candidates.add(child);
                }
            }
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        }
        if (candidates.size() > 1) {
            throw new UnusableModel("several", candidates.size());
        }
        return candidates.isEmpty() ? Optional.empty() : Optional.of(examine(candidates.getFirst()));
    }

    /** Whether it looks like one, sound or not. */
    private static boolean holdsModel(Path folder) {
        return isFile(folder.resolve(CONFIG)) && (isFile(folder.resolve(WEIGHTS)) || isFile(folder.resolve(INDEX)));
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static ModelFolder examine(Path folder) throws IOException {
        Map<String, Path> taken = new TreeMap<>();
        Set<String> leftOut = new TreeSet<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = String.valueOf(child.getFileName());
                if (isFile(child) && TAKEN.matcher(name).matches()) {
                    taken.put(name, child);
                } else if (leftOut.size() < MOST_LEFT_OUT) {
                    leftOut.add(printable(name));
                }
                if (taken.size() > MOST_FILES) {
                    throw new UnusableModel("files", MOST_FILES);
                }
            }
        }
        Shape shape = shape(taken);
        return new ModelFolder(folder, List.copyOf(taken.values()), List.copyOf(leftOut), shape);
    }

    private static Shape shape(Map<String, Path> files) throws IOException {
        JsonNode config = object(require(files, CONFIG), MOST_CONFIG_BYTES);
        requireJson(require(files, TOKENIZER));
        long parameters = 0;
        Set<String> types = new TreeSet<>();
        for (SafetensorsHeader header : weights(files)) {
            parameters = Math.addExact(parameters, header.elements());
            types.addAll(header.types());
        }
        if (parameters == 0) {
            throw new UnusableModel("no-numbers");
        }
        return new Shape(
                name(config.path("architectures").path(0)),
                name(config.path("model_type")),
                parameters,
                String.join(",", types),
                number(config.path("max_position_embeddings")),
                number(config.path("vocab_size")),
                converses(files));
    }

    /** The heads of all weights: of one file, or of those that the index names. */
    private static List<SafetensorsHeader> weights(Map<String, Path> files) throws IOException {
        Path single = files.get(WEIGHTS);
        if (single != null) {
            return List.of(SafetensorsHeader.read(single));
        }
        JsonNode places = object(require(files, INDEX), MOST_INDEX_BYTES).path("weight_map");
        Map<String, Set<String>> expected = new TreeMap<>();
        places.properties()
                .forEach(entry -> expected.computeIfAbsent(entry.getValue().asString(""), shard -> new TreeSet<>())
                        .add(entry.getKey()));
        List<SafetensorsHeader> headers = new ArrayList<>();
        for (Map.Entry<String, Set<String>> shard : expected.entrySet()) {
            SafetensorsHeader header = SafetensorsHeader.read(require(files, shard.getKey()));
            if (!header.tensors().equals(shard.getValue())) {
                throw new UnusableModel("other-tensors", printable(shard.getKey()));
            }
            headers.add(header);
        }
        return headers;
    }

    private static Path require(Map<String, Path> files, String name) {
        Path file = files.get(name);
        if (file == null) {
            throw new UnusableModel("lacks", printable(name));
        }
        return file;
    }

    private static boolean converses(Map<String, Path> files) throws IOException {
        if (files.containsKey(CHAT_TEMPLATE)) {
            return true;
        }
        Path config = files.get(TOKENIZER_CONFIG);
        return config != null && object(config, MOST_INDEX_BYTES).has("chat_template");
    }

    private static JsonNode object(Path file, int mostBytes) throws IOException {
        byte[] bytes;
        try (InputStream in = read(file)) {
            bytes = in.readNBytes(mostBytes + 1);
        }
        try {
            JsonNode node = bytes.length <= mostBytes ? JSON.readTree(bytes) : JSON.missingNode();
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException malformed) {
            // Said below, like all else that it is not.
        }
        throw new UnusableModel("no-object", String.valueOf(file.getFileName()), mostBytes);
    }

    /** Read piece by piece: a vocabulary can be larger than the memory that one request should take. */
    private static void requireJson(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(read(file));
                JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                parser.skipChildren();
                if (parser.nextToken() == null) {
                    return;
                }
            }
        } catch (JacksonException malformed) {
            // Said below, like all else that it is not.
        }
        throw new UnusableModel("not-one-object", String.valueOf(file.getFileName()));
    }

    private static String name(JsonNode node) {
        String text = node.asString("");
        return NAME.matcher(text).matches() ? text : "";
    }

    private static long number(JsonNode node) {
        return node.canConvertToLong() && node.isIntegralNumber() ? Math.max(0, node.longValue()) : 0;
    }

    /** As much of a name as a sentence can hold. */
    static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints()
                .limit(100)
                .map(character ->
                        Character.isLetterOrDigit(character) || "._- /".indexOf(character) >= 0 ? character : '\uFFFD')
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
