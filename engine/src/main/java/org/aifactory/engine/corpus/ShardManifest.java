package org.aifactory.engine.corpus;

import java.util.List;

/**
 * What {@code shards.json} says of the files beside it. It is written last, so a folder that has it is whole.
 *
 * @param format version of the layout
 * @param vocabularySize ids are below this
 * @param tokens number of tokens
 * @param documents number of documents
 * @param utf8Bytes bytes of the text that the tokens encode, as far as it is learned
 * @param tokensPerFile tokens in each token file but the last
 * @param learnedFlags whether there are flags; without them all tokens are learned
 * @param files the other files of the folder with their length and checksum
 */
record ShardManifest(
        int format,
        int vocabularySize,
        long tokens,
        long documents,
        long utf8Bytes,
        long tokensPerFile,
        boolean learnedFlags,
        List<FileEntry> files) {
    static final int FORMAT = 1;
    static final String NAME = "shards.json";
    static final String DOCUMENTS = "documents.bin";

    ShardManifest {
        if (format != FORMAT || vocabularySize < 1 || tokens < 0 || documents < 0 || tokensPerFile < 1) {
            throw new IllegalArgumentException("not a description of token shards of format " + FORMAT);
        }
        files = List.copyOf(files);
    }

    /** A file's name, its length in bytes and its CRC-32C. */
    record FileEntry(String name, long bytes, long crc32c) {}

    /** 2 while every id fits in 16 bits, else 4. */
    static int bytesPerToken(int vocabularySize) {
        return vocabularySize <= 1 << 16 ? Short.BYTES : Integer.BYTES;
    }

    static String tokenFile(int index) {
        return "tokens-%05d.bin".formatted(index);
    }

    static String flagFile(int index) {
        return "learned-%05d.bin".formatted(index);
    }
}
