package org.aifactory.models;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.data.BlobStore;
import org.aifactory.data.Licence;
import org.aifactory.data.Sha256;
import org.aifactory.data.Users;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelTable.Card;
import org.aifactory.training.RunId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/** The models that came of runs: who may have them, what is said of them, and where their files are. */
@Service
public class Models {

    private final ModelTable table;
    private final ModelFolders folders;
    private final BlobStore blobs;
    private final AuditTrail audit;
    private final InstantSource clock;

    Models(
            JdbcClient jdbc,
            JsonMapper json,
            ModelFolders folders,
            BlobStore blobs,
            AuditTrail audit,
            InstantSource clock) {
        this.table = new ModelTable(jdbc, json);
        this.folders = folders;
        this.blobs = blobs;
        this.audit = audit;
        this.clock = clock;
    }

    /** @throws Problem when there is none, or none that the person may know of */
    public Model find(Actor actor, ModelId id) {
        return table.find(id).filter(model -> maySee(actor, model)).orElseThrow(() -> Problem.notFound("model", id));
    }

    /** For whoever asked for the person's right before. */
    public Model require(ModelId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("model", id));
    }

    /** By what programs call it, its slug or its id, whoever may see it. */
    public Optional<Model> named(String name) {
        return table.named(name).or(() -> {
            try {
                return table.find(new ModelId(UUID.fromString(name)));
            } catch (IllegalArgumentException noId) {
                return Optional.empty();
            }
        });
    }

    /** All that the person may see, the newest first. */
    public List<Model> of(Actor actor) {
        return table
                .of(actor.memberships().stream()
                        .map(Actor.Membership::organisation)
                        .toList())
                .stream()
                .filter(model -> maySee(actor, model))
                .toList();
    }

    /** Whether this is the id of a model, or of none of ours. */
    boolean mayBe(String id) {
        try {
            return table.find(new ModelId(UUID.fromString(id))).isPresent();
        } catch (IllegalArgumentException noId) {
            return true;
        }
    }

    /** Those of these runs whose output is a model that is still there. */
    Set<RunId> registered(Collection<RunId> runs) {
        return table.registered(runs);
    }

    /** All of an organisation and all that are for everybody, the newest first; those that are somebody's alone are among them. */
    public List<Model> reachableBy(OrganisationId organisation) {
        return table.of(List.of(organisation));
    }

    public boolean maySee(Actor actor, Model model) {
        return switch (model.visibility()) {
            case PUBLIC -> true;
            case ORGANISATION -> actor.maySee(model.organisation());
            case PRIVATE ->
                actor.maySee(model.organisation())
                        && (actor.person().equals(model.maker()) || actor.owns(model.organisation()));
        };
    }

    public boolean mayChange(Actor actor, Model model) {
        return maySee(actor, model) && actor.mayChange(model.organisation());
    }

    /** How it came to be. */
    public Facts facts(ModelId id) {
        return table.facts(id);
    }

    /** What the organisation says of it. */
    public Words words(ModelId id) {
        return table.words(id);
    }

    /** In the order of their names. */
    public List<ModelFile> files(ModelId id) {
        return table.files(id);
    }

    /** Names all of its files together. */
    Sha256 content(ModelId id) {
        return table.content(id);
    }

    /** A folder in Hugging Face's form for programs on this computer, to be read only; its last word is the model's slug. */
    public Path folder(ModelId id) {
        return folders.of(require(id), files(id));
    }

    /** @param version 0 for the latest */
    Card card(ModelId id, int version) {
        return table.card(id, version).orElseThrow(() -> Problem.notFound("version of the card", version));
    }

    /** The card's text as it is now. */
    public String card(ModelId id) {
        return card(id, 0).markdown();
    }

    /** Says anew what people say of a model. */
    @Transactional
    public Model describe(Actor actor, ModelId id, String name, String licence, Visibility visibility, Words words) {
        requireMayChange(actor, find(actor, id));
        Model before = table.lock(id).orElseThrow(() -> Problem.notFound("model", id));
        String checked = Licence.checked(licence);
        table.describe(id, name.strip(), checked, visibility, words);
        Model after = require(id);
        writeCard(actor, after);
        audit.record(
                actor.person(),
                after.organisation(),
                "model.described",
                subject(id),
                Map.of(
                        "name",
                        after.name(),
                        "licence",
                        after.licence(),
                        "visibility",
                        after.visibility(),
                        "visibilityBefore",
                        before.visibility()));
        return after;
    }

    private void writeCard(Actor actor, Model model) {
        String markdown = ModelCard.write(model, facts(model.id()), words(model.id()));
        boolean same = table.card(model.id(), 0)
                .filter(card -> card.markdown().equals(markdown))
                .isPresent();
        if (!same) {
            table.addCard(model.id(), actor.person(), now(), markdown);
        }
    }

    /**
     * Removes a model and its files.
     *
     * @param confirmation the model's name, so that nobody removes another than they mean
     * @throws Problem when somebody uses it
     */
    @Transactional
    public void remove(Actor actor, ModelId id, String confirmation) {
        Model model = find(actor, id);
        requireMayChange(actor, model);
        if (!confirmation.equals(model.name())) {
            throw Problem.invalid("confirm", "models.fault.confirm", model.name());
        }
        if (table.lock(id).isEmpty()) {
            throw Problem.notFound("model", id);
        }
        List<String> users = table.users(id);
        if (!users.isEmpty()) {
            throw Problem.of(ProblemType.NOT_NOW, "models.refused.in-use", Users.named(users));
        }
        table.delete(id);
        blobs.release(subject(id));
        audit.record(actor.person(), model.organisation(), "model.removed", subject(id), Map.of("name", model.name()));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                folders.remove(id);
            }
        });
    }

    /** @throws Problem when the person may only look */
    void requireMayChange(Actor actor, Model model) {
        if (!actor.mayChange(model.organisation())) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "models.refused.only-look");
        }
    }

    /**
     * Keeps a model from being removed, in the transaction of whoever needs it.
     *
     * @param user who needs it, in words: {@code run 01…}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void use(ModelId id, String user) {
        if (!table.use(id, user)) {
            throw Problem.notFound("model", id);
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void free(String user) {
        table.free(user);
    }

    /** As exact as the database keeps it, so that an answer says the same now and later. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static String subject(ModelId id) {
        return "model " + id;
    }
}
