package org.aifactory.backup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import org.aifactory.database.DatabaseException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What went wrong, in a sentence and a status. */
final class Faults {
    private static final int UNEXPECTED = 1;
    private static final int MACHINE_LACKS = 5;

    private Faults() {}

    /** Libraries write no log between what a person reads: what goes wrong comes as an exception. */
    static void keepLibrariesQuiet() {
        LoggingSystem.get(Faults.class.getClassLoader()).beforeInitialize();
    }

    static int explain(Exception failure, CommandLine command, ParseResult words) {
        return switch (failure) {
            case BackupException known -> fail(CommandLine.ExitCode.USAGE, known.getMessage());
            case DatabaseException known -> fail(MACHINE_LACKS, known.getMessage());
            case FileSystemException known ->
                fail(
                        MACHINE_LACKS,
                        known.getFile() + " cannot be used: "
                                + (known.getReason() == null ? known.getClass().getSimpleName() : known.getReason()));
            case SQLException known -> fail(MACHINE_LACKS, "The database gave up: " + known.getMessage());
            case IOException known -> fail(MACHINE_LACKS, "Reading or writing failed: " + known.getMessage());
            default -> fail(UNEXPECTED, "Something unexpected went wrong: " + failure);
        };
    }

    private static int fail(int status, @Nullable String sentence) {
        System.err.println(sentence);
        return status;
    }
}
