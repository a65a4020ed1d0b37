package org.aifactory.cofunding;

import java.util.List;
import org.aifactory.models.Facts.Funded;
import org.aifactory.models.ModelFunders;
import org.aifactory.training.RunId;
import org.springframework.stereotype.Component;

/** Tells models who paid for the time that they took. */
@Component
class FundersOfModels implements ModelFunders {
    private final Following following;

    FundersOfModels(Following following) {
        this.following = following;
    }

    @Override
    public List<Funded> of(RunId run) {
        return following
                .of(run)
                .filter(Followed::isKnown)
                .map(followed -> followed.parts().stream()
                        .map(part -> new Funded(part.funder(), part.seconds(), part.cents()))
                        .toList())
                .orElse(List.of());
    }
}
