package org.aifactory.federation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.aifactory.identity.Duty;
import org.springframework.stereotype.Component;

/** What a factory has for those who operate it, and for administrators while nobody does. */
@Component
class FactoryAgenda implements Agenda {
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;

    FactoryAgenda(Factories factories, Machines machines, Partitions partitions, Pools pools) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
    }

    @Override
    public List<Item> of(Actor actor) {
        if (!actor.isOperator() && !actor.has(Duty.ADMINISTRATOR)) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        if (actor.has(Duty.ADMINISTRATOR)) {
            items.addAll(unoperated());
        }
        factories.all().stream()
                .filter(factory -> factory.operator().filter(actor::mayChange).isPresent())
                .forEach(factory -> items.addAll(emptyPools(factory)));
        return items;
    }

    private List<Item> unoperated() {
        List<Factory> those = factories.all().stream()
                .filter(factory -> factory.operator().isEmpty())
                .toList();
        return switch (those.size()) {
            case 0 -> List.of();
            case 1 -> {
                Factory one = those.getFirst();
                yield List.of(item("federation.agenda.no-operator", one.name(), "/factories/" + one.slug()));
            }
            default -> List.of(item("federation.agenda.no-operators", Integer.toString(those.size()), "/factories"));
        };
    }

    /** An open partition of which nothing can be granted. */
    private List<Item> emptyPools(Factory factory) {
        return machines.of(factory.id()).stream()
                .flatMap(machine -> partitions.of(machine.id()).stream())
                .filter(partition ->
                        partition.open() && pools.balance(partition.id()).free() <= 0)
                .map(partition -> item(
                        "federation.agenda.empty-pool", partition.name(), "/factories/" + factory.slug() + "/desk"))
                .toList();
    }

    private static Item item(String key, String word, String path) {
        return new Item(key, List.of(word), path, Optional.empty());
    }
}
