package org.aifactory.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Datasets and their versions. A version never changes and is named by what it holds. */
@Service
public class Datasets {
    private final DatasetTable table;
    private final BlobStore blobs;
    private final Storage storage;
    private final AuditTrail audit;
    private final InstantSource clock;

    Datasets(JdbcClient jdbc, BlobStore blobs, Storage storage, AuditTrail audit, InstantSource clock) {
        this.table = new DatasetTable(jdbc);
        this.blobs = blobs;
        this.storage = storage;
        this.audit = audit;
        this.clock = clock;
    }

    /** What people say of a dataset; it can be said anew. */
    record Description(String name, String description, String licence, List<String> languages) {}

    /** @param isNew whether the dataset did not have this content yet */
    record Made(DatasetVersion version, boolean isNew) {}

    @Transactional
    public Dataset make(Actor actor, OrganisationId organisation, Description description) {
        actor.requireMayChange(organisation, "organisation", organisation);
        Dataset dataset = dataset(DatasetId.random(), organisation, description, now());
        refuseTaken(dataset, () -> table.insert(dataset, actor.person()));
        audit.record(
                actor.person(), organisation, "dataset.made", subject(dataset.id()), Map.of("name", dataset.name()));
        return dataset;
    }

    @Transactional
    public Dataset describe(Actor actor, DatasetId id, Description description) {
        Dataset before = changeable(actor, id);
        Dataset after = dataset(id, before.organisation(), description, before.made());
        refuseTaken(after, () -> table.describe(after));
        audit.record(
                actor.person(),
                after.organisation(),
                "dataset.described",
                subject(id),
                Map.of("name", after.name(), "licence", after.licence(), "languages", after.languages()));
        return after;
    }

    private static Dataset dataset(DatasetId id, OrganisationId organisation, Description words, Instant made) {
        return new Dataset(
                id,
                organisation,
                name(words.name()),
                words.description().strip(),
                Licence.checked(words.licence()),
                Languages.checked(words.languages()),
                made);
    }

    /** It stands in tables, in names of runs, and in terminals. */
    private static String name(String word) {
        if (word.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid("name", "data.fault.name");
        }
        return word.strip();
    }

    private static void refuseTaken(Dataset dataset, Runnable write) {
        try {
            write.run();
        } catch (DuplicateKeyException taken) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "data.refused.taken", dataset.name());
        }
    }

    public Dataset find(Actor actor, DatasetId id) {
        Dataset dataset = table.find(id).orElseThrow(() -> Problem.notFound("dataset", id));
        actor.requireMaySee(dataset.organisation(), "dataset", id);
        return dataset;
    }

    /** All that the person may see, the newest first. */
    public List<Dataset> of(Actor actor) {
        return table.of(organisations(actor));
    }

    public List<DatasetVersion> versions(Actor actor, DatasetId id) {
        return table.versions(find(actor, id).id());
    }

    /** All that the person may see, the newest first. */
    public List<DatasetVersion> versions(Actor actor) {
        return table.versions(organisations(actor));
    }

    public DatasetVersion version(Actor actor, VersionId id) {
        DatasetVersion version = version(id);
        actor.requireMaySee(version.organisation(), "version", id);
        return version;
    }

    /** For whoever asked for the person's right before. */
    public DatasetVersion version(VersionId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("version", id));
    }

    /** What is wrong with the first file that ends a training, with the name of that file; empty where the engine reads all there is. */
    public Optional<Message> refusedByEngine(VersionId id) {
        return table.remarked(id).stream()
                .filter(Examiner::isRefusedByEngine)
                .findFirst()
                .map(file -> Message.of(
                        "data.refused-by-engine",
                        file.file().path(),
                        file.remark().orElse(Message.NOTHING)));
    }

    /** In the order of their paths. */
    public List<DatasetFile> files(VersionId id) {
        version(id);
        return table.files(id).stream().map(ExaminedFile::file).toList();
    }

    List<ExaminedFile> files(VersionId id, String after, int most) {
        return table.files(id, after, most);
    }

    ExaminedFile file(VersionId id, String path) {
        return table.file(id, path).orElseThrow(() -> Problem.notFound("file", FilePath.printable(path)));
    }

    /** Writes a version down; the same content in the same dataset is the version that there is. */
    @Transactional
    public Made add(Actor actor, DatasetId id, List<ExaminedFile> files, Documents documents) {
        Dataset dataset = changeable(actor, id);
        if (!table.lock(id)) {
            throw Problem.notFound("dataset", id);
        }
        List<DatasetFile> plain = files.stream().map(ExaminedFile::file).toList();
        VersionId name = new VersionId(id, Manifest.name(plain));
        Optional<DatasetVersion> known = table.find(name);
        if (known.isPresent()) {
            return new Made(known.get(), false);
        }
        Set<Sha256> contents = new HashSet<>();
        plain.forEach(file -> contents.add(file.blob().sha256()));
        storage.take(dataset.organisation(), contents);
        DatasetVersion version = new DatasetVersion(
                name,
                table.lastNumber(id) + 1,
                dataset.name(),
                dataset.organisation(),
                dataset.licence(),
                dataset.languages(),
                now(),
                files.size(),
                plain.stream().mapToLong(file -> file.blob().bytes()).sum(),
                documents);
        table.insert(version, actor.person());
        table.insert(name, files);
        blobs.keep(dataset.organisation(), subject(id), contents);
        audit.record(
                actor.person(),
                dataset.organisation(),
                "dataset.version-made",
                subject(id),
                Map.of(
                        "number",
                        version.number(),
                        "content",
                        name.content(),
                        "files",
                        files.size(),
                        "bytes",
                        version.bytes()));
        return new Made(version, true);
    }

    /**
     * Removes a dataset with all its versions.
     *
     * @param confirmation the dataset's name, so that nobody removes another than they mean
     * @throws Problem when somebody uses a version of it
     */
    @Transactional
    public void remove(Actor actor, DatasetId id, String confirmation) {
        Dataset dataset = changeable(actor, id);
        if (!confirmation.equals(dataset.name())) {
            throw Problem.invalid("confirm", "data.fault.confirm", dataset.name());
        }
        if (!table.lock(id)) {
            throw Problem.notFound("dataset", id);
        }
        List<String> users = table.users(id);
        if (!users.isEmpty()) {
            throw Problem.of(ProblemType.NOT_NOW, "data.refused.in-use", Users.named(users));
        }
        table.delete(id);
        blobs.release(subject(id));
        audit.record(
                actor.person(), dataset.organisation(), "dataset.removed", subject(id), Map.of("name", dataset.name()));
    }

    /**
     * Keeps a version from being removed, in the transaction of whoever needs it.
     *
     * @param user who needs it, in words: {@code run 01…}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void use(VersionId id, String user) {
        if (!table.use(id, user)) {
            throw Problem.notFound("version", id);
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void free(String user) {
        table.free(user);
    }

    /**
     * Lays the files of a version into a folder that does not exist or is empty. They are second names of the stored ones where the disk
     * allows it, and read-only: a program that might write all the same has to be given the folder read-only.
     */
    public void materialise(VersionId id, Path folder) {
        List<DatasetFile> files = files(id);
        Disk.unchecked(() -> {
            Files.createDirectories(folder);
            requireEmpty(folder);
            Set<Path> made = new HashSet<>();
            for (DatasetFile file : files) {
                Path target = folder.resolve(FilePath.checked(file.path()));
                Path parent = java.util.Objects.requireNonNull(target.getParent());
                if (made.add(parent)) {
                    Files.createDirectories(parent);
                }
                blobs.place(file.blob().sha256(), target);
            }
            return files.size();
        });
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> there = Files.newDirectoryStream(folder)) {
            if (there.iterator().hasNext()) {
                throw new java.nio.file.DirectoryNotEmptyException(folder.toString());
            }
        }
    }

    private Dataset changeable(Actor actor, DatasetId id) {
        Dataset dataset = find(actor, id);
        actor.requireMayChange(dataset.organisation(), "dataset", id);
        return dataset;
    }

    private static Collection<OrganisationId> organisations(Actor actor) {
        return actor.memberships().stream().map(Actor.Membership::organisation).toList();
    }

    /** As exact as the database keeps it, so that an answer says the same now and later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static String subject(DatasetId id) {
        return "dataset " + id;
    }
}
