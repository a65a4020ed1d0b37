package org.aifactory.backup;

import java.time.Instant;
import java.util.List;

/**
 * What a backup holds: the entry {@code backup.json} of the archive, written last. The tables are those of one moment; the files
 * stand in {@code files.jsonl}, one {@link StoredFile} a line.
 *
 * @param form of this archive
 * @param migrations that the database had seen, in order
 * @param tables in an order in which each comes after those that it refers to
 * @param files the entry that lists the files
 */
record Contents(
        int form,
        Instant made,
        List<Migration> migrations,
        List<Table> tables,
        List<Sequence> sequences,
        Part files,
        long fileCount,
        long fileBytes) {
    static final int FORM = 1;
    static final String ENTRY = "backup.json";
    static final String FILES_ENTRY = "files.jsonl";

    /** One entry of the archive, by what is in it. */
    record Part(long bytes, String sha256) {}

    /** @param checksum as Flyway counts it */
    record Migration(String version, String script, int checksum) {}

    /** @param columns those that are stored, in the order of the copy */
    record Table(String schema, String name, List<String> columns, long rows, Part part) {
        String entry() {
            return "tables/" + schema + "." + name;
        }

        /** For SQL. */
        String quoted() {
            return Sql.quoted(schema) + "." + Sql.quoted(name);
        }

        String quotedColumns() {
            return columns.stream().map(Sql::quoted).collect(java.util.stream.Collectors.joining(", "));
        }
    }

    record Sequence(String schema, String name, long last, boolean called) {
        String quoted() {
            return Sql.quoted(schema) + "." + Sql.quoted(name);
        }
    }

    /**
     * A file of the home folder.
     *
     * @param path relative to it
     * @param permissions as {@code rw-r-----}
     */
    record StoredFile(String path, long bytes, String sha256, String permissions, Instant modified) {
        String entry() {
            return "home/" + path;
        }
    }
}
