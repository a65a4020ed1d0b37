package org.aifactory.engine.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tensors in one safetensors file or in several shards with an index, memory-mapped and read-only. Everything the headers say
 * is checked when the file is opened; damage ends in an {@link EngineException} of kind {@code MODEL} that names file and
 * tensor. May be read by several threads at once.
 */
public final class Safetensors implements AutoCloseable {

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    /** A file beside the index: no path, so that an index cannot reach outside its folder. */
    private static final Pattern SHARD_NAME = Pattern.compile("[\\w][\\w.-]*");

    private record Place(SafetensorsFile file, SafetensorsHeader.Entry entry) {}

    private final Path path;
    private final Arena arena = Arena.ofShared();
    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    private Safetensors(Path path) {
        this.path = path;
    }

    /** Opens one file. */
    public static Safetensors open(Path file) {
        return open(file, List.of(file));
    }

    /** Opens the weights of a model folder: {@code model.safetensors}, or the shards its index names. */
    public static Safetensors openFolder(Path folder) {
        Path single = folder.resolve(SINGLE);
        if (Files.exists(single)) {
            return open(single);
        }
        Path index = folder.resolve(INDEX);
        if (!Files.exists(index)) {
            throw new EngineException(
                    Kind.MODEL,
                    "The folder " + folder + " holds neither " + SINGLE + " nor " + INDEX
                            + ". Give a model folder with weights in safetensors form.");
        }
        Map<String, String> shardOf = readIndex(index);
        Set<String> shards = new LinkedHashSet<>(shardOf.values());
        Safetensors opened = open(index, shards.stream().map(folder::resolve).toList());
        try {
            opened.requireIndexed(shardOf);
            return opened;
        } catch (RuntimeException failure) {
            opened.close();
            throw failure;
        }
    }

    private static Safetensors open(Path path, List<Path> paths) {
        Safetensors opened = new Safetensors(path);
        try {
            paths.forEach(opened::add);
            return opened;
        } catch (RuntimeException failure) {
            opened.close();
            throw failure;
        }
    }

    private void add(Path shard) {
        SafetensorsFile file = SafetensorsFile.open(shard, arena);
        files.add(file);
        file.header().tensors().forEach((name, entry) -> {
            Place other = places.put(name, new Place(file, entry));
            if (other != null) {
                throw new EngineException(
                        Kind.MODEL,
                        "Tensor '" + name + "' stands both in " + other.file().path() + " and in " + shard
                                + ". Fetch the model folder again.");
            }
        });
    }

    private static Map<String, String> readIndex(Path index) {
        Map<String, String> shardOf = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap(index).properties()) {
            String shard = entry.getValue().asString("");
            if (!SHARD_NAME.matcher(shard).matches()) {
                throw badIndex(
                        index, "it places tensor '" + entry.getKey() + "' in '" + shard + "', not a file beside it");
            }
            shardOf.put(entry.getKey(), shard);
        }
        return shardOf;
    }

    private static JsonNode weightMap(Path index) {
        try {
            JsonNode map =
                    JsonMapper.shared().readTree(Files.readAllBytes(index)).path("weight_map");
            if (!map.isObject()) {
                throw badIndex(index, "it has no object called weight_map");
            }
            return map;
        } catch (IOException | JacksonException failure) {
            throw badIndex(index, "it is not readable JSON");
        }
    }

    private void requireIndexed(Map<String, String> shardOf) {
        shardOf.forEach((name, shard) -> {
            Place place = places.get(name);
            if (place == null || !place.file().path().endsWith(shard)) {
                throw badIndex(path, "it places tensor '" + name + "' in '" + shard + "', which does not hold it");
            }
        });
    }

    private static EngineException badIndex(Path index, String what) {
        return new EngineException(Kind.MODEL, index + " is not a sound index: " + what + ". Fetch it again.");
    }

    /** Names of all tensors. */
    public Set<String> names() {
        return Set.copyOf(places.keySet());
    }

    /** Metadata of all shards together. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        files.forEach(file -> metadata.putAll(file.header().metadata()));
        return metadata;
    }

    public List<Long> shape(String name) {
        return place(name).entry().shape();
    }

    public DataType type(String name) {
        return place(name).entry().type();
    }

    /** The bytes of a tensor as they stand in the file: little-endian, in row order, read-only, valid until {@link #close()}. */
    public MemorySegment bytes(String name) {
        Place place = place(name);
        return place.file().bytes(place.entry());
    }

    /** As {@link #bytes(String)}, and refuses a tensor of another type or shape. */
    public MemorySegment bytes(String name, DataType type, List<Long> shape) {
        requireShape(name, shape);
        if (type(name) != type) {
            throw wrong(name, "is of type " + type(name) + " where " + type + " is needed");
        }
        return bytes(name);
    }

    /** Reads an F32, F16 or BF16 tensor of the given shape into native 32-bit floats. */
    public void readFloats(String name, List<Long> shape, MemorySegment target) {
        requireShape(name, shape);
        requireFloats(name);
        FloatConversion.decode(type(name), bytes(name), target);
    }

    void requireFloats(String name) {
        if (!FloatConversion.isSupported(type(name))) {
            throw wrong(name, "is of type " + type(name) + "; weights can be F32, F16 or BF16");
        }
    }

    void requireShape(String name, List<Long> shape) {
        if (!shape(name).equals(shape)) {
            throw wrong(name, "has shape " + shape(name) + " where the configuration asks for " + shape);
        }
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new EngineException(
                    Kind.MODEL, "Tensor '" + name + "' is missing in " + path + ". Fetch or write the file again.");
        }
        return place;
    }

    private EngineException wrong(String name, String what) {
        return new EngineException(
                Kind.MODEL, "Tensor '" + name + "' in " + place(name).file().path() + " " + what + ".");
    }

    /** Whether every file carries the checksum that {@link SafetensorsWriter} adds. */
    public boolean hasDigest() {
        return files.stream().allMatch(SafetensorsFile::hasDigest);
    }

    /** Reads every byte and compares it with the checksum; refuses a file that has been damaged or has no checksum. */
    public void verifyDigest() {
        files.forEach(SafetensorsFile::verifyDigest);
    }

    @Override
    public void close() {
        arena.close();
    }
}
