package org.aifactory.models;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.training.BaseModels;
import org.aifactory.training.RunId;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;

/** Lets runs go on from the models that there are here. */
@Component
class OwnModels implements BaseModels {
    private final Models models;

    OwnModels(Models models) {
        this.models = models;
    }

    @Override
    public Path folder(Actor actor, OrganisationId organisation, UUID model) {
        Model base = models.find(actor, new ModelId(model));
        if (!base.organisation().equals(organisation) && base.visibility() != Visibility.PUBLIC) {
            throw Problem.invalid("base", "models.fault.others-model");
        }
        return models.folder(base.id());
    }

    @Override
    public void use(UUID model, String user) {
        models.use(new ModelId(model), user);
    }

    @Override
    public Set<RunId> keepOutputsOf(Collection<RunId> runs) {
        return models.registered(runs);
    }

    @Override
    public void free(String user) {
        models.free(user);
    }
}
