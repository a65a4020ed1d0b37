package org.aifactory.training;

import java.util.Optional;
import java.util.UUID;
import org.aifactory.data.Datasets;
import org.aifactory.data.Documents;
import org.aifactory.data.VersionId;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.training.RunRequest.Base;
import org.aifactory.web.Problem;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What runs work on: datasets, and models to go on from. What a run needs stays until it has ended. */
@Component
class RunInputs {
    private final Datasets datasets;
    private final ObjectProvider<BaseModels> models;

    RunInputs(Datasets datasets, ObjectProvider<BaseModels> models) {
        this.datasets = datasets;
        this.models = models;
    }

    /**
     * Checks what is to be learned from.
     *
     * @param payer whose time the run takes
     * @throws Problem when the person may not see it, it is not the payer's, or an engine's recipe finds nothing in it
     */
    void requireDataset(Actor actor, OrganisationId payer, RunRequest request) {
        request.dataset().ifPresent(version -> {
            requireOwn(actor, payer, version, "dataset");
            requireText(request.recipe(), version);
        });
    }

    /**
     * The folder of the model to go on from; empty where that is a version of a dataset, or nothing.
     *
     * @throws Problem when the person may not see it, or it is not the payer's
     */
    Optional<String> folder(Actor actor, OrganisationId payer, RunRequest request) {
        return request.base().flatMap(base -> switch (base) {
            case Base.OfVersion(VersionId version) -> {
                requireOwn(actor, payer, version, "base");
                yield Optional.empty();
            }
            case Base.OfModel(UUID model) -> {
                BaseModels known = models.getIfAvailable();
                if (known == null) {
                    throw Problem.notFound("model", model);
                }
                yield Optional.of(known.folder(actor, payer, model)
                        .toAbsolutePath()
                        .normalize()
                        .toString());
            }
        });
    }

    /** What an organisation pays for works on its own data. */
    private void requireOwn(Actor actor, OrganisationId payer, VersionId version, String field) {
        OrganisationId owner = datasets.version(actor, version).organisation();
        if (!owner.equals(payer)) {
            throw Problem.invalid(field, "training.fault.others-dataset");
        }
    }

    /**
     * A run that is known to have nothing to learn from, or to stumble over its data, would only cost time.
     *
     * @throws Problem when it is, and the engine is what runs
     */
    void requireText(Recipe recipe, VersionId version) {
        if (recipe == Recipe.COMMAND) {
            return;
        }
        Documents documents = datasets.version(version).documents();
        if (documents.texts() + documents.conversations() == 0) {
            throw Problem.invalid("dataset", "training.fault.nothing-to-learn");
        }
        datasets.refusedByEngine(version).ifPresent(fault -> {
            throw Problem.invalid("dataset", "training.fault.unreadable", fault);
        });
    }

    /** For a run that was given no name. */
    String nameOf(VersionId version) {
        return datasets.version(version).dataset();
    }

    /** In the transaction that writes the run down. */
    void use(Run run) {
        run.base().ifPresent(model -> models.ifAvailable(known -> known.use(model, run.subject())));
        run.dataset().ifPresent(version -> datasets.use(version, run.subject()));
        run.baseVersion()
                .filter(base -> run.dataset().filter(base::equals).isEmpty())
                .ifPresent(version -> datasets.use(version, run.subject()));
    }

    /** In the transaction that writes down that it has ended. */
    void free(Run run) {
        datasets.free(run.subject());
        models.ifAvailable(known -> known.free(run.subject()));
    }
}
