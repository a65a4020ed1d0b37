package org.aifactory.backup;

/** Why something cannot be backed up or restored, in a whole sentence. */
final class BackupException extends RuntimeException {
    BackupException(String sentence) {
        super(sentence);
    }

    BackupException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
