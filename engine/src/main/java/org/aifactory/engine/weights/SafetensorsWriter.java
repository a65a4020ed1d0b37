package org.aifactory.engine.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes safetensors files, atomically and piece by piece, with a checksum of the whole file in the metadata. The same tensors
 * and metadata give the same bytes.
 */
public final class SafetensorsWriter {

    /** Size above which a model is cut into shards, as transformers does. */
    public static final long SHARD_BYTES = 5_000_000_000L;

    private SafetensorsWriter() {}

    /** Writes one file. Tensors of larger elements come first, so that each begins at a multiple of its element size. */
    public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
        List<Tensor> ordered = tensors.stream()
                .sorted(Comparator.comparingInt(
                        (Tensor tensor) -> -tensor.type().bytes()))
                .toList();
        Map<String, String> withDigest = new LinkedHashMap<>(metadata);
        withDigest.put(SafetensorsFile.DIGEST, SafetensorsFile.DIGEST_PLACEHOLDER);
        byte[] header = SafetensorsHeader.of(ordered, withDigest).toBytes();
        CRC32C digest = SafetensorsFile.startDigest(header, SafetensorsFile.DIGEST_PLACEHOLDER);
        try (AtomicFile out = AtomicFile.create(file)) {
            out.write(head(header));
            for (Tensor tensor : ordered) {
                tensor.forEachPiece(piece -> {
                    SafetensorsFile.update(digest, piece);
                    out.write(piece);
                });
            }
            String text = new String(header, StandardCharsets.UTF_8);
            String finished = SafetensorsFile.withDigest(
                    text, SafetensorsFile.DIGEST_PLACEHOLDER, SafetensorsFile.digestText(digest));
            out.rewriteHead(head(finished.getBytes(StandardCharsets.UTF_8)).toArray(JAVA_BYTE));
            out.commit();
        }
    }

    private static MemorySegment head(byte[] header) {
        byte[] head = new byte[Long.BYTES + header.length];
        System.arraycopy(SafetensorsFile.lengthBytes(header.length), 0, head, 0, Long.BYTES);
        System.arraycopy(header, 0, head, Long.BYTES, header.length);
        return MemorySegment.ofArray(head);
    }

    /**
     * Writes the weights of a model folder: {@code model.safetensors}, or, above {@code shardBytes}, shards and an index. What an
     * earlier model left under other names is removed once the new one is complete.
     */
    public static void writeFolder(Path folder, List<Tensor> tensors, Map<String, String> metadata, long shardBytes) {
        List<List<Tensor>> shards = shards(tensors, shardBytes);
        Set<String> written = new HashSet<>();
        if (shards.size() == 1) {
            write(folder.resolve(Safetensors.SINGLE), tensors, metadata);
            written.add(Safetensors.SINGLE);
        } else {
            Map<String, String> shardOf = new LinkedHashMap<>();
            for (int i = 0; i < shards.size(); i++) {
                String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
                write(folder.resolve(name), shards.get(i), metadata);
                shards.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
                written.add(name);
            }
            AtomicFile.write(folder.resolve(Safetensors.INDEX), index(shardOf, tensors));
            written.add(Safetensors.INDEX);
        }
        removeOthers(folder, written);
    }

    private static List<List<Tensor>> shards(List<Tensor> tensors, long shardBytes) {
        List<List<Tensor>> shards = new ArrayList<>();
        long filled = 0;
        for (Tensor tensor : tensors) {
            if (shards.isEmpty() || (filled > 0 && filled + tensor.byteSize() > shardBytes)) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(tensor);
            filled += tensor.byteSize();
        }
        return shards.isEmpty() ? List.of(List.of()) : shards;
    }

    private static byte[] index(Map<String, String> shardOf, List<Tensor> tensors) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putObject("metadata")
                .put("total_size", tensors.stream().mapToLong(Tensor::byteSize).sum());
        ObjectNode map = root.putObject("weight_map");
        shardOf.forEach(map::put);
        return root.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    private static void removeOthers(Path folder, Set<String> written) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, "model{-*-of-*,}.safetensors{.index.json,}")) {
            for (Path file : files) {
                if (!written.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE,
                    "The weights of an earlier model in " + folder + " could not be removed: " + failure
                            + ". Remove them by hand, because other programs may prefer them.",
                    failure);
        }
    }
}
