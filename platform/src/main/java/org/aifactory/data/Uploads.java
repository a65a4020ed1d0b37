package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.aifactory.data.BlobFiles.Staged;
import org.aifactory.data.Upload.State;
import org.aifactory.data.UploadFiles.Received;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Outages;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Files on their way in, in parts, over days, by whichever member of an organisation. The offset in the database is the truth: it moves
 * only after the bytes before it are on the disk.
 */
@Service
class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int MOST_UPLOADS = 10_000;

    private final UploadTable table;
    private final UploadFiles files;
    private final BlobStore blobs;
    private final Storage storage;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final DataSettings settings;
    private final TransactionTemplate transaction;
    private final Outages outages;

    Uploads(
            @Value("${aifactory.home}") Path home,
            JdbcClient jdbc,
            BlobStore blobs,
            Storage storage,
            AuditTrail audit,
            InstantSource clock,
            DataSettings settings,
            TransactionTemplate transaction,
            Outages outages) {
        this.table = new UploadTable(jdbc);
        this.files = new UploadFiles(home.resolve("uploads"));
        this.blobs = blobs;
        this.storage = storage;
        this.audit = audit;
        this.clock = clock;
        this.settings = settings;
        this.transaction = transaction;
        this.outages = outages;
    }

    /**
     * Announces a file. An empty one is finished at once.
     *
     * @param length in bytes
     * @throws Problem when it is too large, or more than the organisation may keep
     */
    public Upload create(
            Actor actor, OrganisationId organisation, String name, long length, Optional<Sha256> announced) {
        actor.requireMayChange(organisation, "organisation", organisation);
        long largest = settings.largestFile().toBytes();
        if (length > largest) {
            throw Problem.of(ProblemType.TOO_LARGE, "data.refused.too-large", Bytes.inWords(largest))
                    .with(Map.of("largest", largest));
        }
        // As exact as the database keeps it.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Upload upload = new Upload(
                UploadId.random(),
                organisation,
                FilePath.checked(name),
                length,
                0,
                length == 0 ? State.RECEIVED : State.RECEIVING,
                announced,
                Optional.empty(),
                now,
                now.plus(settings.uploadsKept()));
        transaction.executeWithoutResult(status -> {
            storage.take(organisation, length);
            if (table.count(organisation) >= MOST_UPLOADS) {
                throw Problem.of(ProblemType.NOT_ENOUGH_LEFT, "data.refused.uploads", MOST_UPLOADS);
            }
            table.insert(upload, actor.person());
            audit.record(
                    actor.person(),
                    organisation,
                    "upload.announced",
                    upload.subject(),
                    Map.of("name", upload.name(), "length", length));
        });
        return length == 0 ? finish(upload.id()) : upload;
    }

    public Upload find(Actor actor, UploadId id) {
        Upload upload = table.find(id).orElseThrow(() -> Problem.notFound("upload", id));
        actor.requireMaySee(upload.organisation(), "upload", id);
        return upload;
    }

    public List<Upload> of(Actor actor, OrganisationId organisation) {
        actor.requireMaySee(organisation, "organisation", organisation);
        return table.of(organisation);
    }

    /**
     * Adds a part. With the last byte the whole is checked and the upload finished.
     *
     * @param offset where the part begins; it has to be where the upload stands
     * @param length bytes of the part, where they are known before
     * @return where the upload stands now, which is not the end of the part when the sender broke off
     */
    public Upload append(
            Actor actor, UploadId id, long offset, OptionalLong length, Optional<Checksum> checksum, InputStream body) {
        Upload upload = changeable(actor, id);
        requireOffset(upload, offset);
        if (length.isPresent() && length.getAsLong() > upload.length() - offset) {
            throw tooLong(upload);
        }
        try (PartialFile file = openOrRefuse(id)) {
            Upload now = standing(id, file);
            requireOffset(now, offset);
            if (now.state() == State.RECEIVING) {
                receive(now, file, checksum, body);
            } else if (body.read() >= 0) {
                throw tooLong(now);
            }
            return finishIfReceived(id, file);
        } catch (IOException failure) {
            throw diskFailed(id, failure);
        }
    }

    private void receive(Upload upload, PartialFile file, Optional<Checksum> checksum, InputStream body)
            throws IOException {
        Received received = UploadFiles.receive(
                file,
                upload.received(),
                upload.length(),
                checksum,
                body,
                (from, to) ->
                        table.receive(upload.id(), from, to, clock.instant().plus(settings.uploadsKept())));
        switch (received.end()) {
            case WHOLE, BROKEN_OFF -> {}
            case TOO_LONG -> throw tooLong(upload);
            case GONE -> throw Problem.notFound("upload", upload.id());
            case OTHER_CHECKSUM ->
                throw Problem.of(ProblemType.CHECKSUM_DIFFERS, "data.refused.part-checksum", upload.received())
                        .with(Map.of("offset", received.offset()));
        }
    }

    private PartialFile openOrRefuse(UploadId id) throws IOException {
        return files.open(id).orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "data.refused.somebody-sends"));
    }

    /** How it stands while nobody else can change it. */
    private Upload standing(UploadId id, PartialFile file) throws IOException {
        Optional<Upload> upload = table.find(id);
        if (upload.isEmpty() || upload.get().state() == State.FINISHED) {
            // It ended between the question and the opening, which made the file anew.
            files.remove(id);
            return upload.orElseThrow(() -> Problem.notFound("upload", id));
        }
        if (file.size() < upload.get().received()) {
            LOG.warn(
                    "{} has {} bytes on the disk and {} in the database; it goes on at the former",
                    id,
                    file.size(),
                    upload.get().received());
            table.setBack(id, file.size());
            return table.find(id).orElseThrow(() -> Problem.notFound("upload", id));
        }
        return upload.get();
    }

    /** Checks and stores uploads of which all bytes are there, such as those of a platform that was killed in between. */
    Upload finish(UploadId id) {
        try (PartialFile file = openOrRefuse(id)) {
            standing(id, file);
            return finishIfReceived(id, file);
        } catch (IOException failure) {
            throw diskFailed(id, failure);
        }
    }

    private Upload finishIfReceived(UploadId id, PartialFile file) throws IOException {
        Upload upload = table.find(id).orElseThrow(() -> Problem.notFound("upload", id));
        if (upload.state() != State.RECEIVED) {
            return upload;
        }
        file.goOnAt(upload.length());
        Blob blob = file.name();
        if (upload.announced().isPresent() && !upload.announced().get().equals(blob.sha256())) {
            end(upload, "upload.refused", null);
            throw Problem.of(
                    ProblemType.CHECKSUM_DIFFERS,
                    "data.refused.file-checksum",
                    upload.name(),
                    blob.sha256().toString(),
                    upload.announced().get().toString());
        }
        Staged staged = blobs.stageLink(file.path(), blob);
        transaction.executeWithoutResult(status -> {
            blobs.store(staged);
            if (!table.finish(id, blob.sha256(), clock.instant().plus(settings.uploadsKept()))) {
                throw Problem.notFound("upload", id);
            }
            blobs.keep(upload.organisation(), upload.subject(), List.of(blob.sha256()));
            audit.record(
                    null,
                    upload.organisation(),
                    "upload.finished",
                    upload.subject(),
                    Map.of("name", upload.name(), "sha256", blob.sha256()));
        });
        files.remove(id);
        return table.find(id).orElseThrow(() -> Problem.notFound("upload", id));
    }

    /** Ends an upload, finished or not; what a version was made of stays in the version. */
    public void remove(Actor actor, UploadId id) {
        end(changeable(actor, id), "upload.removed", actor);
    }

    private void end(Upload upload, String action, @Nullable Actor actor) {
        transaction.executeWithoutResult(status -> {
            if (!table.delete(upload.id())) {
                throw Problem.notFound("upload", upload.id());
            }
            blobs.release(upload.subject());
            audit.record(
                    actor == null ? null : actor.person(),
                    upload.organisation(),
                    action,
                    upload.subject(),
                    Map.of("name", upload.name()));
        });
        files.remove(upload.id());
    }

    /** Removes uploads that nobody added to for long, and says how many; finishes those of which a stopped platform did not. */
    int sweep() {
        List<Upload> expired = table.expired(clock.instant());
        for (Upload upload : expired) {
            attempt(upload, () -> end(upload, "upload.expired", null));
        }
        for (Upload upload : table.received()) {
            attempt(upload, () -> finish(upload.id()));
        }
        return expired.size();
    }

    /** Removes files of uploads that ended when the platform was killed before it could remove them. */
    void removeLeftovers() {
        files.removeOthers(
                clock.instant().minus(settings.unkept()),
                id -> table.find(id)
                        .filter(upload -> upload.state() != State.FINISHED)
                        .isPresent());
    }

    private static void attempt(Upload upload, Runnable work) {
        try {
            work.run();
        } catch (Problem refused) {
            LOG.info("{}: {}", upload.subject(), refused.getMessage());
        }
    }

    private Upload changeable(Actor actor, UploadId id) {
        Upload upload = table.find(id).orElseThrow(() -> Problem.notFound("upload", id));
        actor.requireMayChange(upload.organisation(), "upload", id);
        return upload;
    }

    private static void requireOffset(Upload upload, long offset) {
        if (upload.received() != offset) {
            throw Problem.of(ProblemType.NOT_NOW, "data.refused.offset", upload.received(), offset)
                    .with(Map.of("offset", upload.received()));
        }
    }

    private static Problem tooLong(Upload upload) {
        return Problem.invalid("Upload-Length", "data.fault.too-long", upload.length());
    }

    private Problem diskFailed(UploadId id, IOException failure) {
        LOG.error("The disk failed under upload {}", id, failure);
        return outages.ofDisk(failure, "data.refused.disk");
    }
}
