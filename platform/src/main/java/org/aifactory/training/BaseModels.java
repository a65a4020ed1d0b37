package org.aifactory.training;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;

/** The border to whoever keeps models that a run may continue from. */
public interface BaseModels {

    /**
     * A folder in Hugging Face's form, which is only read and stays while a run needs it.
     *
     * @param organisation that pays for what goes on from it, and will own that
     * @throws org.aifactory.web.Problem when there is no such model, or none that the person may see, or it is another organisation's
     */
    Path folder(Actor actor, OrganisationId organisation, UUID model);

    /**
     * Keeps a model from being removed, in the transaction that writes down who needs it.
     *
     * @param user who needs it, in words: {@code run 01…}
     */
    void use(UUID model, String user);

    /** Those of these runs whose output is registered as a model, and its files kept by themselves. */
    Set<RunId> keepOutputsOf(Collection<RunId> runs);

    /** The user needs no model any more; in the transaction that writes so down. */
    void free(String user);
}
