package org.aifactory.hosting;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.springframework.stereotype.Component;

/** Which selected proposals are no factory yet, and which milestones are late. */
@Component
class HostingAgenda implements Agenda {
    private static final int MOST = 5;

    private final Hostings hostings;
    private final HostingTable table;
    private final Factories factories;

    HostingAgenda(Hostings hostings, HostingTable table, Factories factories) {
        this.hostings = hostings;
        this.table = table;
        this.factories = factories;
    }

    @Override
    public List<Item> of(Actor actor) {
        if (!actor.isProgrammeOfficer() && !actor.isOperator()) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        if (actor.isProgrammeOfficer()) {
            hostings.waiting().stream()
                    .limit(MOST)
                    .forEach(proposal -> items.add(new Item(
                            "hosting.agenda.establish",
                            List.of(proposal.title()),
                            "/proposals/" + proposal.id() + "/factory",
                            Optional.empty())));
        }
        LocalDate today = hostings.today();
        table.all().stream()
                .map(hosting -> factories.require(hosting.factory()))
                .filter(factory -> hostings.mayTell(actor, factory))
                .filter(factory -> table.milestones(factory.id()).stream()
                        // Of what was selected elsewhere nobody here knows whether it is late.
                        .anyMatch(milestone -> milestone.mark().isEmpty() && milestone.isLate(today)))
                .limit(MOST)
                .forEach(factory -> items.add(late(factory)));
        return items;
    }

    private static Item late(Factory factory) {
        return new Item(
                "hosting.agenda.late",
                List.of(factory.name()),
                "/factories/" + factory.slug() + "/hosting#milestones",
                Optional.empty());
    }
}
