package org.aifactory.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory backup FILE}. */
@Command(
        name = "aifactory backup",
        mixinStandardHelpOptions = true,
        description = {
            "Writes everything that the platform keeps into one file, while it runs or while it does not.",
            "The database is the one in the home folder, or the one in AIFACTORY_DATABASE_URL."
        })
public final class Backup implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to write; a zip archive.")
    private Path file = Path.of("");

    @Option(names = "--home", paramLabel = "DIR", description = "Where the platform keeps everything (default: ./var).")
    private Path home = Path.of("var");

    @Option(names = "--force", description = "Replaces the file where it is there already.")
    private boolean force;

    private Backup() {}

    public static void main(String[] arguments) {
        Faults.keepLibrariesQuiet();
        System.exit(run(arguments));
    }

    /** The exit status. */
    static int run(String... arguments) {
        return new CommandLine(new Backup())
                .setExecutionExceptionHandler(Faults::explain)
                .execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        Path target = file.toAbsolutePath().normalize();
        Path place = home.toAbsolutePath().normalize();
        if (!Files.isDirectory(place)) {
            throw new BackupException("There is no AI Factory in " + place + "; say where it is with --home.");
        }
        if (target.startsWith(place)) {
            throw new BackupException(
                    "A backup inside the home folder would be lost with it, and be part of the next; choose another place.");
        }
        if (Files.exists(target) && !force) {
            throw new BackupException(target + " is there already; --force replaces it.");
        }
        Contents contents = new BackupWriter(place, target, new Progress()).write(System.getenv());
        System.out.printf(
                Locale.ROOT,
                "Backed up to %s: %d rows of %d tables as of %s, and %d files (%.1f MB).%n",
                target,
                contents.tables().stream().mapToLong(Contents.Table::rows).sum(),
                contents.tables().size(),
                contents.made(),
                contents.fileCount(),
                contents.fileBytes() / 1e6);
        return CommandLine.ExitCode.OK;
    }
}
