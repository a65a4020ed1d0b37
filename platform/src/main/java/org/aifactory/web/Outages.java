package org.aifactory.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Which failures are no mistake of ours but something that is away, full or unreadable, and what whoever asked is told of them. */
@Component
public final class Outages {
    private static final Set<String> FULL = Set.of("No space left on device", "Disk quota exceeded", "File too large");
    /** With less than this, in bytes, nothing can be done any more. */
    private static final long NEXT_TO_NOTHING = 1 << 20;

    private final Path home;

    Outages(@Value("${aifactory.home}") Path home) {
        this.home = home;
    }

    /** Empty where the failure is a mistake of ours. */
    public Optional<Problem> problem(Throwable failure) {
        return DatabaseFaults.problem(failure)
                .or(() -> Unreadable.problem(failure))
                .or(() -> isDiskFull(failure) ? Optional.of(diskFull()) : Optional.empty());
    }

    /** What is told of a failure of the disk under something that somebody sends. */
    public Problem ofDisk(IOException failure, String key) {
        return Problem.of(isDiskFull(failure) ? ProblemType.DISK_FULL : ProblemType.UNAVAILABLE, key);
    }

    private static Problem diskFull() {
        return Problem.of(ProblemType.DISK_FULL, "problem.disk.full");
    }

    private boolean isDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                String words = String.valueOf(cause.getMessage());
                // The system says it in its own language, so the disk is asked as well.
                return FULL.stream().anyMatch(words::contains) || hasNoRoom();
            }
        }
        return false;
    }

    private boolean hasNoRoom() {
        try {
            return Files.getFileStore(home).getUsableSpace() < NEXT_TO_NOTHING;
        } catch (IOException unknown) {
            return false;
        }
    }
}
