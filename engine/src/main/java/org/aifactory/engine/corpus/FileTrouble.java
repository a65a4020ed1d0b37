package org.aifactory.engine.corpus;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Reason;

/** Sentences for what the file system refuses. */
final class FileTrouble {
    private FileTrouble() {}

    static EngineException reading(Path path, IOException cause) {
        String why = switch (cause) {
            case AccessDeniedException _ -> "permission denied; make it readable for this user.";
            case NoSuchFileException _ -> "it is no longer there; put it back or leave it out.";
            default -> Reason.of(cause) + "; check the disk it lies on.";
        };
        return new EngineException(Kind.INPUT, path + " cannot be read: " + why, cause);
    }

    static EngineException writing(Path path, IOException cause) {
        String why = switch (cause) {
            case AccessDeniedException _ -> "permission denied; choose a folder this user may write to.";
            default -> Reason.of(cause) + "; make room or choose another folder.";
        };
        return new EngineException(Kind.RESOURCE, path + " cannot be written: " + why, cause);
    }
}
