package org.aifactory.data;

import java.time.Instant;
import java.util.Optional;
import org.aifactory.identity.OrganisationId;

/**
 * A file on its way in.
 *
 * @param name the path under which it will stand in a dataset
 * @param length bytes in all, in bytes
 * @param received how many of them are on the disk for good
 * @param announced what its SHA-256 should be, where the sender said so
 * @param sha256 what it is, once the upload is finished
 */
record Upload(
        UploadId id,
        OrganisationId organisation,
        String name,
        long length,
        long received,
        State state,
        Optional<Sha256> announced,
        Optional<Sha256> sha256,
        Instant created,
        Instant expires) {

    /** RECEIVING to RECEIVED with the last byte; RECEIVED to FINISHED when it is checked. Where the check fails, the upload ends. */
    enum State {
        RECEIVING,
        RECEIVED,
        FINISHED
    }

    /** As it stands in the audit trail and in the list of who keeps a file. */
    String subject() {
        return subject(id);
    }

    static String subject(UploadId id) {
        return "upload " + id;
    }
}
