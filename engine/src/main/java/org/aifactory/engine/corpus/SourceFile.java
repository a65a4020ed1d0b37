package org.aifactory.engine.corpus;

import java.nio.file.Path;

/**
 * A file that a corpus reads.
 *
 * @param path where it lies
 * @param name how messages and fingerprints call it: the path from the folder that was asked for, that folder's name included,
 *     with slashes, so that it stays the same when the folder is moved
 * @param form what it holds
 */
record SourceFile(Path path, String name, Form form) {

    enum Form {
        /** The whole file is one document. */
        TEXT,
        /** Each line is a document or a conversation. */
        JSON_LINES
    }
}
