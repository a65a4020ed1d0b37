package org.aifactory.training;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What runs on the machines of a factory, for those who operate it. */
@Controller
class FactoryRunPages {
    private static final int RUNS_ON_A_PAGE = 200;

    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final FactoryRuns runs;

    FactoryRunPages(Factories factories, Machines machines, Partitions partitions, FactoryRuns runs) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.runs = runs;
    }

    @GetMapping("/factories/{slug}/runs")
    String show(Actor actor, @PathVariable String slug, Model model) {
        Factory factory = factories.named(slug).orElseThrow(() -> Problem.notFound("factory", slug));
        if (!factories.mayOperate(actor, factory)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "federation.refused.only-operator", factory.name());
        }
        List<Partition> all = machines.of(factory.id()).stream()
                .flatMap(machine -> partitions.of(machine.id()).stream())
                .toList();
        Map<String, Map<HourUnit, BigDecimal>> borne = new LinkedHashMap<>();
        all.forEach(partition -> borne.put(partition.name(), partition.inAllUnits(runs.borneBySite(partition.id()))));
        model.addAttribute("factory", factory);
        model.addAttribute("borne", borne);
        model.addAttribute("runs", runs.on(all, RUNS_ON_A_PAGE));
        return "training/factory";
    }
}
