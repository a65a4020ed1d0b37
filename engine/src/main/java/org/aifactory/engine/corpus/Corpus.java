package org.aifactory.engine.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.CorpusSummary.InvalidBytes;
import org.aifactory.engine.corpus.CorpusSummary.SkippedFile;
import org.aifactory.engine.corpus.Fingerprint.FileDigest;

/**
 * Texts and conversations in files. A {@code .txt} or {@code .md} file is one document, kept as it stands but for its byte order
 * mark; line ends are not changed. A line of a {@code .jsonl} file is a document {@code {"text": …}} or a conversation
 * {@code {"messages": …}}. Bytes that are not UTF-8 become U+FFFD.
 *
 * <p>Opening reads every file once and keeps in memory only where each document lies; the text itself is read as a stream,
 * each time it is asked for.
 */
public final class Corpus {
    private static final int NAMED_MAX = 5;

    private final DocumentReader reader;
    private final CorpusSummary summary;
    private final Fingerprint fingerprint;

    private Corpus(DocumentReader reader, CorpusSummary summary, Fingerprint fingerprint) {
        this.reader = reader;
        this.summary = summary;
        this.fingerprint = fingerprint;
    }

    /**
     * Opens files and folders, each folder with all below it in the order of the names.
     *
     * @throws EngineException of the kind INPUT when there is nothing to read or a line of JSONL is broken
     */
    public static Corpus open(List<Path> paths) {
        return open(paths, Long.MAX_VALUE);
    }

    /**
     * Opens files and folders as far as there is time to read them: where they are larger, the beginnings of the large ones.
     *
     * @param bytesMax of all files together
     */
    public static Corpus open(List<Path> paths, long bytesMax) {
        SourceFiles found = SourceFiles.find(paths);
        List<SourceFile> files = found.files();
        Portions portions = Portions.of(files, bytesMax);
        List<FileScan> scans = IntStream.range(0, files.size())
                .filter(portions::isTaken)
                .parallel()
                .mapToObj(i -> FileScanner.scan(files.get(i), portions.of(i), portions.isCut(i)))
                .toList();
        List<SkippedFile> skipped = new ArrayList<>(found.skipped());
        List<FileScan.Indexed> indexed = new ArrayList<>();
        for (FileScan scan : scans) {
            switch (scan) {
                case FileScan.Unusable unusable -> skipped.add(unusable.skipped());
                case FileScan.Indexed file -> indexed.add(file);
            }
        }
        Corpus corpus = of(indexed, skipped, portions.unread());
        if (corpus.documents().isEmpty()) {
            throw nothing(paths, skipped);
        }
        return corpus;
    }

    private static Corpus of(List<FileScan.Indexed> scans, List<SkippedFile> skipped, long unread) {
        DocumentTable documents = new DocumentTable();
        List<SourceFile> files = new ArrayList<>();
        List<FileDigest> digests = new ArrayList<>();
        List<InvalidBytes> firstInvalid = new ArrayList<>();
        long invalid = 0;
        for (FileScan.Indexed scan : scans) {
            documents.addAll(scan.documents(), files.size());
            files.add(scan.file());
            digests.add(scan.digest());
            firstInvalid.addAll(scan.invalid().first());
            invalid += scan.invalid().count();
        }
        long bytes = IntStream.range(0, documents.size())
                .mapToLong(documents::textBytes)
                .sum();
        CorpusSummary summary = new CorpusSummary(
                files.size(),
                documents.size() - documents.conversations(),
                documents.conversations(),
                bytes,
                unread,
                List.copyOf(skipped),
                invalid,
                firstInvalid.stream().limit(FileScan.Invalid.PLACES_MAX).toList());
        return new Corpus(new DocumentReader(files, documents), summary, new Fingerprint(digests));
    }

    private static EngineException nothing(List<Path> paths, List<SkippedFile> skipped) {
        String where = paths.stream().map(Path::toString).collect(Collectors.joining(", "));
        String passed = skipped.isEmpty()
                ? ""
                : " Skipped: "
                        + skipped.stream()
                                .limit(NAMED_MAX)
                                .map(file -> file.name() + " (" + file.reason() + ")")
                                .collect(Collectors.joining(", "))
                        + (skipped.size() > NAMED_MAX ? " and " + (skipped.size() - NAMED_MAX) + " more." : ".");
        return new EngineException(
                Kind.INPUT,
                "There is no text in " + where + ". Name .txt, .md or .jsonl files, or a folder of them." + passed);
    }

    public CorpusSummary summary() {
        return summary;
    }

    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** All documents in the order of the files. */
    public DocumentSet documents() {
        int[] all = IntStream.range(0, reader.table().size()).toArray();
        return new DocumentSet(reader, all, DocumentSet.Part.WHOLE, Map.of());
    }

    /**
     * Sets documents aside for validation.
     *
     * @param seed decides which; the same seed keeps the choice for documents that stay when others come or go
     */
    public Split split(long seed) {
        return new Splitter(reader, seed).split();
    }
}
