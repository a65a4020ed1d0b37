package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.JsonLine.BrokenLineException;
import org.aifactory.engine.corpus.SourceFile.Form;

/** Reads documents from where the table says they lie. */
final class DocumentReader {
    private final List<SourceFile> files;
    private final DocumentTable table;

    DocumentReader(List<SourceFile> files, DocumentTable table) {
        this.files = List.copyOf(files);
        this.table = table;
    }

    DocumentTable table() {
        return table;
    }

    SourceFile file(int document) {
        return files.get(table.file(document));
    }

    Document read(int document) {
        if (plain(document)) {
            return readText(document, 0, textSize(document));
        }
        return switch (line(document)) {
            case JsonLine.Content.Text text -> new Document.Text(text.text());
            case JsonLine.Content.Turns turns -> new Document.Conversation(turns.messages(), () -> place(document));
        };
    }

    /** The file and the line of a document of JSONL. */
    private String place(int document) {
        Path path = file(document).path();
        return path + ", line " + (1 + FileRange.lineBreaks(path, table.from(document)));
    }

    /** Length in bytes of a text as it can be cut: as it stands in a plain file, in UTF-8 in a line of JSONL. */
    long textSize(int document) {
        return plain(document) ? table.to(document) - table.from(document) : table.textBytes(document);
    }

    /** Bytes of a text from one offset to another, both below {@link #textSize}. */
    byte[] textBytes(int document, long from, long to) {
        if (plain(document)) {
            long start = table.from(document);
            return FileRange.bytes(file(document).path(), start + from, start + to);
        }
        if (line(document) instanceof JsonLine.Content.Text content) {
            return Arrays.copyOfRange(content.text().getBytes(UTF_8), (int) from, (int) to);
        }
        throw new IllegalArgumentException("document " + document + " is a conversation");
    }

    /** Part of a text. */
    Document.Text readText(int document, long from, long to) {
        if (!plain(document)) {
            return new Document.Text(new String(textBytes(document, from, to), UTF_8));
        }
        Path path = file(document).path();
        long start = table.from(document);
        return new Document.Text(
                () -> new InputStreamReader(new FileRange(path, start + from, start + to), UTF_8), to - from);
    }

    private boolean plain(int document) {
        return file(document).form() == Form.TEXT;
    }

    private JsonLine.Content line(int document) {
        Path path = file(document).path();
        byte[] line = FileRange.bytes(path, table.from(document), table.to(document));
        try {
            JsonLine.Content content = JsonLine.parse(new String(line, UTF_8));
            if (content.utf8Bytes() != table.textBytes(document)) {
                throw new BrokenLineException("is not what it was");
            }
            return content;
        } catch (BrokenLineException e) {
            throw new EngineException(
                    Kind.INPUT, path + " was changed while it was read; leave the text alone and start again.", e);
        }
    }
}
