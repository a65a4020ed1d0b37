package org.aifactory.engine.corpus;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.corpus.CorpusSummary.InvalidBytes;
import org.aifactory.engine.corpus.CorpusSummary.SkippedFile;
import org.aifactory.engine.corpus.Fingerprint.FileDigest;

/** What one reading of a file from end to end has shown. */
sealed interface FileScan {

    /** A file that holds no text. */
    record Unusable(SkippedFile skipped) implements FileScan {}

    /** A file with its documents; their file index is 0 and means nothing yet. */
    record Indexed(SourceFile file, FileDigest digest, DocumentTable documents, Invalid invalid) implements FileScan {}

    /** Counts the places where bytes were not UTF-8 and keeps the first. */
    final class Invalid {
        static final int PLACES_MAX = 10;

        private final String name;
        private final List<InvalidBytes> first = new ArrayList<>();
        private long count;

        Invalid(String name) {
            this.name = name;
        }

        void add(long byteOffset) {
            count++;
            if (first.size() < PLACES_MAX) {
                first.add(new InvalidBytes(name, byteOffset));
            }
        }

        long count() {
            return count;
        }

        List<InvalidBytes> first() {
            return first;
        }
    }
}
