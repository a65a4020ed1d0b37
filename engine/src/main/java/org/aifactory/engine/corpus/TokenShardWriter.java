package org.aifactory.engine.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Folders;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes documents as {@link TokenShards}. The files are made in a hidden folder beside the wanted one, which takes its place in
 * one step when everything is on the disk: the shards are there whole or not at all.
 */
public final class TokenShardWriter {
    private static final long FILE_BYTES_MAX = 1L << 30;

    private TokenShardWriter() {}

    /**
     * Writes the tokens of all documents, in order. Shards that are there already are replaced.
     *
     * @param folder where the files go; made here
     * @param tokensMax ends the writing early; the document that reaches the limit is cut there
     * @param progress told the UTF-8 bytes encoded so far
     * @throws EngineException of the kind RESOURCE when the disk is full or refuses, and CONFLICT when the folder holds something
     *     else; nothing is left behind then
     */
    public static TokenShards write(
            Path folder, DocumentSet documents, Encoding encoding, long tokensMax, LongConsumer progress) {
        long tokensPerFile = FILE_BYTES_MAX / ShardManifest.bytesPerToken(encoding.vocabularySize());
        return write(folder, documents, encoding, tokensMax, progress, tokensPerFile);
    }

    static TokenShards write(
            Path folder,
            DocumentSet documents,
            Encoding encoding,
            long tokensMax,
            LongConsumer progress,
            long tokensPerFile) {
        Path whole = folder.toAbsolutePath().normalize();
        Path partial = whole.resolveSibling("." + whole.getFileName() + ".partial");
        try {
            refuseForeign(whole);
            delete(partial);
            Folders.make(partial);
            boolean flagged = !documents.conversations().isEmpty();
            try (TokenSink sink = new TokenSink(partial, encoding.vocabularySize(), flagged, tokensPerFile);
                    ParallelEncoder encoder = new ParallelEncoder(encoding, sink, tokensMax, progress)) {
                encoder.encode(documents);
                writeManifest(partial, sink.finish());
            }
            Folders.flush(partial);
            delete(whole);
            Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
            Folders.flush(whole.resolveSibling("."));
        } catch (IOException e) {
            throw FileTrouble.writing(folder, e);
        } finally {
            deleteWhatIsLeft(partial);
        }
        return TokenShards.open(folder);
    }

    /** Only shards are replaced, never files that someone put there. */
    private static void refuseForeign(Path folder) throws IOException {
        if (!Files.exists(folder) || Files.exists(folder.resolve(ShardManifest.NAME))) {
            return;
        }
        if (!files(folder).isEmpty()) {
            throw new EngineException(
                    Kind.CONFLICT,
                    folder + " holds files that are no token shards; empty it or choose another folder.");
        }
    }

    private static void writeManifest(Path folder, ShardManifest manifest) {
        AtomicFile.write(
                folder.resolve(ShardManifest.NAME),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
    }

    /** Deletes a folder of files; there are no folders in it. */
    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static void deleteWhatIsLeft(Path partial) {
        try {
            delete(partial);
        } catch (IOException _) {
            // What made the writing fail is told already; the next writing deletes the rest.
        }
    }
}
