package org.aifactory.portal;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.data.Datasets;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Actor.Membership;
import org.aifactory.identity.Agenda;
import org.aifactory.ledger.Balance;
import org.aifactory.portal.Journey.Fact;
import org.aifactory.portal.Journey.Stage;
import org.aifactory.training.Recipe;
import org.aifactory.training.Run;
import org.aifactory.training.RunState;
import org.aifactory.training.Runs;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The first page: for visitors what this is, for everybody else what needs doing next. */
@Controller
class HomePage {
    private static final int LATEST_RUNS = 5;

    private final List<Agenda> agendas;
    private final Allocations allocations;
    private final Datasets datasets;
    private final Runs runs;
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    private final Pages pages;

    HomePage(
            List<Agenda> agendas,
            Allocations allocations,
            Datasets datasets,
            Runs runs,
            Factories factories,
            Machines machines,
            Partitions partitions,
            Pools pools,
            Pages pages) {
        this.agendas = agendas;
        this.allocations = allocations;
        this.datasets = datasets;
        this.runs = runs;
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
        this.pages = pages;
    }

    /** What an organisation has on a partition. */
    record Share(Allocation allocation, Partition partition, Balance balance) {}

    /** What a partition has to give. */
    record Pool(Factory factory, Machine machine, Partition partition, Balance balance) {

        /** Whether jobs can reach it from here at all. */
        public boolean connected() {
            return machine.connection() != Machine.Connection.NONE;
        }

        /** Whether jobs can be submitted now. */
        public boolean usable() {
            return connected() && machine.open() && partition.open();
        }
    }

    @GetMapping("/")
    String show(Optional<Actor> visitor, Model model) {
        if (visitor.isEmpty()) {
            return "portal/welcome";
        }
        Actor actor = visitor.get();
        model.addAttribute("name", actor.name());
        model.addAttribute("agenda", agenda(actor));
        model.addAttribute(
                "isNobody", actor.memberships().isEmpty() && actor.duties().isEmpty());
        List<Pool> answeredFor = poolsOf(actor);
        model.addAttribute("pools", answeredFor);
        model.addAttribute("desks", desks(actor, answeredFor));
        model.addAttribute("hasRuns", pages.has("/runs/{}"));
        model.addAttribute("hasAllocations", pages.has("/allocations/{}"));
        model.addAttribute("hasPartitions", pages.has("/partitions/{}"));
        if (actor.memberships().stream()
                .anyMatch(membership -> membership.kind().isOpenToAll())) {
            showJourney(actor, model);
        }
        return "portal/home";
    }

    private List<Agenda.Item> agenda(Actor actor) {
        return agendas.stream()
                .flatMap(agenda -> agenda.of(actor).stream())
                .sorted(Comparator.comparing(item -> item.due().orElse(Instant.MAX)))
                .toList();
    }

    private void showJourney(Actor actor, Model model) {
        List<Share> shares = allocations.of(actor).stream()
                .filter(allocation -> allocation.state() == AllocationState.ACTIVE)
                .map(allocation -> new Share(
                        allocation, partitions.require(allocation.partition()), allocations.balance(allocation.id())))
                .toList();
        List<Run> all = runs.of(actor);
        // A model that is served is a run of its own.
        List<Run> own = all.stream().filter(run -> run.recipe() != Recipe.SERVE).toList();
        model.addAttribute("shares", shares);
        model.addAttribute("runs", own.stream().limit(LATEST_RUNS).toList());
        model.addAttribute(
                "journey",
                Journey.of(List.of(
                        new Fact(Stage.APPLY, !shares.isEmpty(), page("/apply")),
                        new Fact(
                                Stage.DATA,
                                !datasets.versions(actor).isEmpty(),
                                datasets.of(actor).isEmpty() ? "/data/new" : "/data"),
                        new Fact(
                                Stage.TRAIN,
                                own.stream().anyMatch(run -> run.state() == RunState.SUCCEEDED),
                                page("/runs/new")),
                        new Fact(Stage.CHAT, all.size() > own.size(), page("/models")))));
    }

    private @Nullable String page(String path) {
        return pages.has(path) ? path : null;
    }

    /** Those that the person answers for: of their factories, and all of them for the programme office. */
    private List<Pool> poolsOf(Actor actor) {
        Set<Object> mine =
                actor.memberships().stream().map(Membership::organisation).collect(Collectors.toSet());
        return factories.all().stream()
                .filter(factory -> actor.isProgrammeOfficer()
                        || (actor.isOperator()
                                && factory.operator().filter(mine::contains).isPresent()))
                .flatMap(factory -> machines.of(factory.id()).stream()
                        .flatMap(machine -> partitions.of(machine.id()).stream()
                                .map(partition ->
                                        new Pool(factory, machine, partition, pools.balance(partition.id())))))
                .toList();
    }

    /** The factories that the person operates. */
    private List<Factory> desks(Actor actor, List<Pool> answeredFor) {
        return answeredFor.stream()
                .map(Pool::factory)
                .filter(factory -> factories.mayOperate(actor, factory))
                .distinct()
                .toList();
    }

    @GetMapping("/docs")
    String documentation() {
        return "portal/docs";
    }
}
