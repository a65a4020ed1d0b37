package org.aifactory.engine.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.corpus.ShardManifest.FileEntry;
import org.jspecify.annotations.Nullable;

/** Writes tokens, their flags and the table of documents into the files of a folder. */
final class TokenSink implements Closeable {
    private final Path folder;
    private final int vocabularySize;
    private final int bytesPerToken;
    private final long tokensPerFile;
    private final boolean flagged;
    private final List<FileEntry> finished = new ArrayList<>();
    private final ShardFile table;
    private @Nullable ShardFile tokenFile;
    private @Nullable ShardFile flagFile;
    private int fileCount;
    private long tokens;
    private long tokensInFile;
    private long documents;
    private long utf8Bytes;

    TokenSink(Path folder, int vocabularySize, boolean flagged, long tokensPerFile) throws IOException {
        this.folder = folder;
        this.vocabularySize = vocabularySize;
        this.bytesPerToken = ShardManifest.bytesPerToken(vocabularySize);
        this.flagged = flagged;
        this.tokensPerFile = tokensPerFile;
        this.table = new ShardFile(folder.resolve(ShardManifest.DOCUMENTS));
    }

    long tokens() {
        return tokens;
    }

    long utf8Bytes() {
        return utf8Bytes;
    }

    /** Begins a document at the present position. */
    void beginDocument() throws IOException {
        enterInTable();
        documents++;
    }

    private void enterInTable() throws IOException {
        table.room(2 * Long.BYTES).putLong(tokens).putLong(utf8Bytes);
    }

    void addBytes(long bytes) {
        utf8Bytes += bytes;
    }

    void append(int id, boolean learned) throws IOException {
        if (id < 0 || id >= vocabularySize) {
            throw new IllegalArgumentException("token " + id + " is outside a vocabulary of " + vocabularySize);
        }
        if (tokenFile == null || tokensInFile == tokensPerFile) {
            tokenFile = nextTokenFile();
        }
        ByteBuffer room = tokenFile.room(bytesPerToken);
        if (bytesPerToken == Short.BYTES) {
            room.putShort((short) id);
        } else {
            room.putInt(id);
        }
        if (flagFile != null) {
            flagFile.room(1).put((byte) (learned ? 1 : 0));
        }
        tokens++;
        tokensInFile++;
    }

    private ShardFile nextTokenFile() throws IOException {
        finishTokenFile();
        flagFile = flagged ? new ShardFile(folder.resolve(ShardManifest.flagFile(fileCount))) : null;
        ShardFile next = new ShardFile(folder.resolve(ShardManifest.tokenFile(fileCount)));
        fileCount++;
        tokensInFile = 0;
        return next;
    }

    /** Makes all files durable and says what they hold. */
    ShardManifest finish() throws IOException {
        finishTokenFile();
        enterInTable();
        finished.add(table.finish());
        return new ShardManifest(
                ShardManifest.FORMAT, vocabularySize, tokens, documents, utf8Bytes, tokensPerFile, flagged, finished);
    }

    private void finishTokenFile() throws IOException {
        if (tokenFile != null) {
            finished.add(tokenFile.finish());
        }
        if (flagFile != null) {
            finished.add(flagFile.finish());
        }
    }

    @Override
    public void close() throws IOException {
        table.close();
        if (tokenFile != null) {
            tokenFile.close();
        }
        if (flagFile != null) {
            flagFile.close();
        }
    }
}
