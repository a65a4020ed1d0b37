package org.aifactory.cofunding;

import java.util.Optional;
import org.aifactory.cofunding.MoneyViews.FactoryView;
import org.aifactory.identity.Actor;
import org.aifactory.identity.PageSection;
import org.springframework.stereotype.Component;

/** On the page of a factory: how far its money has come. */
@Component
class FundingSections implements PageSection {
    private final MoneyViews views;

    FundingSections(MoneyViews views) {
        this.views = views;
    }

    /** @param shown whether the totals are published, or the office reads them, which sees {@code all} */
    record Summary(String factory, boolean shown, boolean all, LineMoney money) {}

    @Override
    public String page() {
        return "federation/factory";
    }

    @Override
    public String template() {
        return "cofunding/parts";
    }

    @Override
    public String fragment() {
        return "on-factory";
    }

    @Override
    public Optional<?> content(String thing, Optional<Actor> actor) {
        FactoryView view = views.factory(actor, thing);
        boolean all = MoneyViews.seesAll(actor);
        return Optional.of(new Summary(view.factory(), view.published() || all, all, view.total()));
    }
}
