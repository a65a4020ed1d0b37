package org.aifactory.data;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.aifactory.data.BlobFiles.Staged;
import org.aifactory.identity.OrganisationId;
import org.aifactory.upkeep.Passing.Freed;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Files under the names of their contents, each once, in {@code HOME/blobs}. A file stays as long as somebody keeps it and is removed some
 * time after nobody does. Failures of the disk are {@link UncheckedIOException}s.
 */
@Service
public class BlobStore {
    private final BlobFiles files;
    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final DataSettings settings;
    private final TransactionTemplate transaction;

    BlobStore(
            @Value("${aifactory.home}") Path home,
            JdbcClient jdbc,
            InstantSource clock,
            DataSettings settings,
            TransactionTemplate transaction) {
        this.files = new BlobFiles(home.resolve("blobs"));
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
        this.transaction = transaction;
    }

    /** Stores what the stream gives; when this returns it survives the loss of power. Somebody has to {@link #keep} it soon. */
    public Blob put(InputStream content) {
        return store(stage(content));
    }

    /** Stores a copy of a file. */
    public Blob put(Path file) {
        return store(Disk.unchecked(() -> files.stageCopy(file)));
    }

    Staged stage(InputStream content) {
        return Disk.unchecked(() -> files.stage(content));
    }

    Staged stageLink(Path file, Blob blob) {
        return Disk.unchecked(() -> files.stageLink(file, blob));
    }

    void discard(Collection<Staged> staged) {
        Disk.unchecked(() -> {
            files.discard(staged);
            return true;
        });
    }

    Blob store(Staged staged) {
        store(List.of(staged));
        return staged.blob();
    }

    /** Takes complete and synced files over. */
    void store(Collection<Staged> staged) {
        // In the order of names, so that no two wait for each other's rows in a circle.
        List<Blob> blobs = staged.stream()
                .map(Staged::blob)
                .distinct()
                .sorted(Comparator.comparing(Blob::sha256))
                .toList();
        transaction.executeWithoutResult(status -> {
            blobs.forEach(this::lock);
            Disk.unchecked(() -> {
                files.settle(staged);
                return true;
            });
        });
    }

    /** Until the transaction ends, the file is not removed, and then not before its time. */
    private void lock(Blob blob) {
        OffsetDateTime now = now();
        jdbc.sql("""
                insert into data.blob (sha256, bytes, stored_at, kept_until) values (:sha256, :bytes, :now, :until)
                on conflict (sha256) do update set kept_until = greatest(blob.kept_until, excluded.kept_until)
                """)
                .param("sha256", blob.sha256().hex())
                .param("bytes", blob.bytes())
                .param("now", now)
                .param("until", now.plus(settings.unkept()))
                .update();
    }

    /** Makes sure that stored files stay for as long as new ones do. */
    void touch(Collection<Sha256> blobs) {
        jdbc.sql("update data.blob set kept_until = greatest(kept_until, :until) where sha256 = any(:blobs)")
                .param("until", now().plus(settings.unkept()))
                .param("blobs", names(blobs))
                .update();
    }

    /**
     * Keeps files, in the transaction of whoever needs them, and counts them into the organisation's room.
     *
     * @param keeper who keeps them, in words: {@code model 01…}; keeping more under the same name adds to the first
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void keep(OrganisationId organisation, String keeper, Collection<Sha256> blobs) {
        jdbc.sql("""
                insert into data.keeping (keeper, blob, organisation)
                select :keeper, blob, :organisation from unnest(:blobs) as blob order by blob
                on conflict do nothing
                """)
                .param("keeper", keeper)
                .param("organisation", organisation.value())
                .param("blobs", names(blobs))
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void release(String keeper) {
        jdbc.sql("delete from data.keeping where keeper = :keeper")
                .param("keeper", keeper)
                .update();
    }

    public InputStream open(Sha256 blob) {
        return Disk.unchecked(() -> Files.newInputStream(files.path(blob)));
    }

    /** The stream fails at its end when the disk holds anything but what was stored. */
    public InputStream openVerified(Sha256 blob) {
        return new VerifiedInput(open(blob), blob);
    }

    /** Gives a file a second name, read-only; on another disk, a copy. The folder has to exist, the file must not. */
    public void place(Sha256 blob, Path target) {
        Disk.unchecked(() -> {
            files.place(blob, target);
            return true;
        });
    }

    public long bytes(Sha256 blob) {
        return Disk.unchecked(() -> Files.size(files.path(blob)));
    }

    /** For whoever reads at random; not to be written to. */
    public Path path(Sha256 blob) {
        return files.path(blob);
    }

    /** Removes what nobody has kept for a while. */
    Freed removeUnkept() {
        OffsetDateTime now = now();
        List<Blob> candidates = jdbc.sql("""
                select sha256, bytes from data.blob
                 where kept_until < :now and not exists (select from data.keeping where keeping.blob = sha256)
                """)
                .param("now", now)
                .query((row, number) -> new Blob(new Sha256(row.getString("sha256")), row.getLong("bytes")))
                .list();
        Freed freed = Freed.NOTHING;
        for (Blob blob : candidates) {
            if (Boolean.TRUE.equals(transaction.execute(status -> remove(blob.sha256(), now)))) {
                freed = freed.plus(new Freed(1, blob.bytes()));
            }
        }
        return freed;
    }

    /** Whoever stores or keeps the same content meanwhile waits for the row, or was first. */
    private boolean remove(Sha256 blob, OffsetDateTime now) {
        boolean free = jdbc.sql("""
                select true from data.blob where sha256 = :blob and kept_until < :now for update skip locked
                """)
                .param("blob", blob.hex())
                .param("now", now)
                .query(Boolean.class)
                .optional()
                .isPresent();
        // Asked in a statement of its own: one that waited would have seen the keepings as they were before.
        if (!free || isKept(blob)) {
            return false;
        }
        jdbc.sql("delete from data.blob where sha256 = :blob")
                .param("blob", blob.hex())
                .update();
        Disk.unchecked(() -> {
            files.remove(blob);
            return true;
        });
        return true;
    }

    private boolean isKept(Sha256 blob) {
        return jdbc.sql("select exists (select from data.keeping where blob = :blob)")
                .param("blob", blob.hex())
                .query(Boolean.class)
                .single();
    }

    /** Finds what a platform left behind that was killed: files half written, and files that the database does not know. */
    int removeLeftovers() {
        OffsetDateTime now = now();
        return Disk.unchecked(() -> {
            // A file without a row gets one, whose time is over, and goes the way of all that nobody keeps.
            for (Sha256 blob : files.olderThan(now.minus(settings.unkept()).toInstant())) {
                jdbc.sql("""
                        insert into data.blob (sha256, bytes, stored_at, kept_until) values (:sha256, :bytes, :now, :now)
                        on conflict do nothing
                        """)
                        .param("sha256", blob.hex())
                        .param("bytes", bytes(blob))
                        .param("now", now)
                        .update();
            }
            return files.removeUnfinished(now.minus(settings.unkept()).toInstant());
        });
    }

    static SqlArrayValue names(Collection<Sha256> blobs) {
        return new SqlArrayValue("text", blobs.stream().map(Sha256::hex).toArray());
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
