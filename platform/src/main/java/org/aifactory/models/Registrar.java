package org.aifactory.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.aifactory.data.BlobStore;
import org.aifactory.data.Sha256;
import org.aifactory.data.Storage;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.models.ModelTable.Registration;
import org.aifactory.training.EngineProgram;
import org.aifactory.training.Recipe;
import org.aifactory.training.Run;
import org.aifactory.training.RunEnded;
import org.aifactory.training.RunId;
import org.aifactory.training.RunState;
import org.aifactory.training.Runs;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes models of what runs have left. The files are stored first, each complete before the next; then everything is written down in one
 * transaction, so that a model is there whole or not at all, and once, whoever asks for it and how often.
 */
@Service
class Registrar {
    /** Reading a large folder takes memory and the disk, which serves others, too. */
    private static final int AT_A_TIME = 2;

    private static final int LONGEST_SLUG = 40;
    private static final int SLUG_NUMBER = 8;

    private final ModelTable table;
    private final Runs runs;
    private final FactFinder facts;
    private final EngineProgram engine;
    private final BlobStore blobs;
    private final Storage storage;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final TransactionTemplate transaction;
    private final Semaphore turns = new Semaphore(AT_A_TIME, true);

    Registrar(
            JdbcClient jdbc,
            JsonMapper json,
            Runs runs,
            FactFinder facts,
            EngineProgram engine,
            BlobStore blobs,
            Storage storage,
            AuditTrail audit,
            InstantSource clock,
            TransactionTemplate transaction) {
        this.table = new ModelTable(jdbc, json);
        this.runs = runs;
        this.facts = facts;
        this.engine = engine;
        this.blobs = blobs;
        this.storage = storage;
        this.audit = audit;
        this.clock = clock;
        this.transaction = transaction;
    }

    /** @param isNew whether it was registered just now */
    record Registered(Model model, boolean isNew) {}

    /** Not in one transaction: copying files takes long, and a connection to the database is dear. */
    @Async
    @TransactionalEventListener(id = "models.registrar")
    void on(RunEnded ended) {
        if (ended.state() != RunState.SUCCEEDED) {
            return;
        }
        Run run = runs.require(ended.run());
        if (run.recipe() == Recipe.SERVE || table.registration(run.id()).isPresent()) {
            return;
        }
        try {
            register(run);
        } catch (Problem refused) {
            note(run, Optional.of(refused.message()));
        } catch (UnusableModel unusable) {
            note(run, Optional.of(unusable.sentence()));
        }
    }

    /** @throws Problem when there is no such run, or it is not theirs to see */
    RunId visible(Actor actor, RunId run) {
        return runs.find(actor, run).id();
    }

    /** The model that a run has made; empty where it has made none, or it could not be registered, which {@link #reason} explains. */
    Optional<Model> of(RunId run) {
        return table.registration(run).flatMap(Registration::model).flatMap(table::find);
    }

    /** Why a run that has ended well has no model; empty where it has one, or nobody has looked yet. */
    Optional<Message> reason(RunId run) {
        return table.registration(run).flatMap(Registration::reason);
    }

    /**
     * The model that a run has made, registered now where it is not yet.
     *
     * @throws Problem that says why there is none
     */
    Registered register(Actor actor, RunId id) {
        Run run = runs.find(actor, id);
        actor.requireMayChange(run.organisation(), "run", id);
        if (run.state() != RunState.SUCCEEDED || run.recipe() == Recipe.SERVE) {
            throw Problem.of(ProblemType.NOT_NOW, "models.refused.not-well");
        }
        try {
            return register(run).orElseThrow(() -> Problem.of(ProblemType.AGAINST_RULES, "models.refused.no-model"));
        } catch (UnusableModel unusable) {
            throw Problem.of(ProblemType.AGAINST_RULES, unusable.sentence());
        }
    }

    private Optional<Registered> register(Run run) {
        Optional<Model> known = of(run.id());
        if (known.isPresent()) {
            return known.map(model -> new Registered(model, false));
        }
        turns.acquireUninterruptibly();
        try {
            Path output = runs.folder(run.id()).resolve("output");
            Optional<ModelFolder> folder = ModelFolder.find(output);
            if (folder.isEmpty()) {
                note(
                        run,
                        run.recipe().makesModel()
                                ? Optional.of(Message.of("models.registration.none"))
                                : Optional.empty());
                return Optional.empty();
            }
            Optional<EngineNotes> notes = run.recipe().makesModel()
                    ? Optional.of(EngineNotes.read(output, engine.version()))
                    : Optional.empty();
            List<ModelFile> files = store(folder.get());
            Facts found = facts.of(run, folder.get(), notes);
            return Optional.of(Objects.requireNonNull(transaction.execute(status -> write(run, found, files))));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            turns.release();
        }
    }

    private List<ModelFile> store(ModelFolder folder) throws IOException {
        List<ModelFile> files = new ArrayList<>();
        for (Path file : folder.files()) {
            try (InputStream in = ModelFolder.read(file)) {
                files.add(new ModelFile(String.valueOf(file.getFileName()), blobs.put(in)));
            }
        }
        return files;
    }

    private Registered write(Run run, Facts found, List<ModelFile> files) {
        table.lockRun(run.id());
        Optional<Model> meanwhile = of(run.id());
        if (meanwhile.isPresent()) {
            return new Registered(meanwhile.get(), false);
        }
        Set<Sha256> contents = new LinkedHashSet<>();
        files.forEach(file -> contents.add(file.blob().sha256()));
        storage.take(run.organisation(), contents);
        Model model = model(run, found, files);
        table.insert(model, Contents.name(files), found);
        table.insert(model.id(), files);
        blobs.keep(run.organisation(), Models.subject(model.id()), contents);
        table.addCard(model.id(), null, model.registered(), ModelCard.write(model, found, Words.NONE));
        table.register(run.id(), model.id(), Optional.empty(), model.registered());
        audit.record(
                null,
                run.organisation(),
                "model.registered",
                Models.subject(model.id()),
                Map.of(
                        "run",
                        run.id(),
                        "name",
                        model.name(),
                        "parameters",
                        model.parameters(),
                        "bytes",
                        model.bytes(),
                        "files",
                        files.size()));
        return new Registered(model, true);
    }

    private Model model(Run run, Facts found, List<ModelFile> files) {
        ModelId id = ModelId.random();
        String name = run.name().isBlank() ? "Model" : run.name().strip();
        return new Model(
                id,
                run.organisation(),
                run.id(),
                run.submitter(),
                slug(name, id),
                name,
                now(),
                found.shape().parameters(),
                files.stream().mapToLong(file -> file.blob().bytes()).sum(),
                found.base().map(Facts.Base::licence).orElse(Facts.OWN_LICENCE),
                Visibility.ORGANISATION,
                !run.recipe().makesModel());
    }

    /** From the name, with a number that makes it unique and does not tell whether others have the same name. */
    private static String slug(String name, ModelId id) {
        String words = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[^a-z0-9]+", "-");
        String cut = words.substring(0, Math.min(LONGEST_SLUG, words.length())).replaceAll("^-+|-+$", "");
        return (cut.isEmpty() ? "model" : cut) + "-" + id.toString().substring(0, SLUG_NUMBER);
    }

    /** Writes down that a run has left no model, and why; empty where nobody expected one. */
    private void note(Run run, Optional<Message> reason) {
        transaction.executeWithoutResult(status -> {
            table.lockRun(run.id());
            if (of(run.id()).isEmpty()) {
                table.register(run.id(), null, reason, now());
                if (reason.isPresent()) {
                    audit.record(
                            null,
                            run.organisation(),
                            "model.not-registered",
                            "run " + run.id(),
                            Map.of("reason", reason.get().inEnglish()));
                }
            }
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
