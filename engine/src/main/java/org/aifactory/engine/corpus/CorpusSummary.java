package org.aifactory.engine.corpus;

import java.util.List;

/**
 * What was found when a corpus was opened.
 *
 * @param files files read
 * @param textDocuments plain files and JSONL lines with a {@code text}
 * @param conversations JSONL lines with {@code messages}
 * @param bytes UTF-8 bytes of all text, as a tokenizer sees it
 * @param unreadBytes of files that were larger than there was time for
 * @param skipped files that were found and not read
 * @param invalidBytes places where the bytes were not UTF-8; each became one U+FFFD
 * @param firstInvalidBytes the first of these places
 */
public record CorpusSummary(
        int files,
        long textDocuments,
        long conversations,
        long bytes,
        long unreadBytes,
        List<SkippedFile> skipped,
        long invalidBytes,
        List<InvalidBytes> firstInvalidBytes) {

    /** A file that was passed over, and why. */
    public record SkippedFile(String name, String reason) {
        public SkippedFile {
            name = printable(name);
        }
    }

    /** A place, counted in bytes from the start of the file, where bytes were not UTF-8. */
    public record InvalidBytes(String name, long byteOffset) {
        public InvalidBytes {
            name = printable(name);
        }

        @Override
        public String toString() {
            return name + " at byte " + byteOffset;
        }
    }

    /** Names may hold line ends and what steers terminals. */
    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
