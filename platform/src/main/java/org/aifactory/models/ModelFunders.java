package org.aifactory.models;

import java.util.List;
import org.aifactory.models.Facts.Funded;
import org.aifactory.training.RunId;

/** Who paid for the time that runs took. Whoever knows it says it by a bean of this. */
public interface ModelFunders {

    /** Together all that the run was charged; none where nobody is known to have paid. */
    List<Funded> of(RunId run);
}
