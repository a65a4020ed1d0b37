package org.aifactory.federation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.aifactory.federation.Catalogue.FactoryView;
import org.aifactory.federation.Catalogue.MachineView;
import org.aifactory.federation.Catalogue.PartitionView;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.PageSections;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What everybody may read of factories, machines and partitions, as pages. */
@Controller
class FactoryPages {
    private static final MathContext DIGITS = new MathContext(6, RoundingMode.HALF_UP);

    private final Catalogue catalogue;
    private final Factories factories;
    private final Partitions partitions;
    private final MachineImages images;
    private final Organisations organisations;
    private final PageSections sections;

    FactoryPages(
            Catalogue catalogue,
            Factories factories,
            Partitions partitions,
            MachineImages images,
            Organisations organisations,
            PageSections sections) {
        this.images = images;
        this.organisations = organisations;
        this.sections = sections;
        this.catalogue = catalogue;
        this.factories = factories;
        this.partitions = partitions;
    }

    @GetMapping("/factories")
    String all(Optional<Actor> actor, Model model, Locale locale) {
        model.addAttribute("sections", sections.of("federation/factories", "", actor));
        List<FactoryView> all = catalogue.factories();
        model.addAttribute("factories", all);
        Map<String, String> countries = new TreeMap<>();
        all.forEach(factory -> factory.country().ifPresent(code -> countries.put(code, country(code, locale))));
        model.addAttribute("countries", countries);
        return "federation/factories";
    }

    @GetMapping("/factories/{slug}")
    String one(Optional<Actor> actor, @PathVariable String slug, Model model, Locale locale) {
        FactoryView factory = catalogue.factory(slug);
        model.addAttribute("factory", factory);
        model.addAttribute(
                "country", factory.country().map(code -> country(code, locale)).orElse(null));
        model.addAttribute("partitions", shapes(factory.machines()));
        model.addAttribute("sections", sections.of("federation/factory", factory.slug(), actor));
        if (actor.filter(somebody -> somebody.has(Duty.ADMINISTRATOR)).isPresent()) {
            Map<String, String> operators = new LinkedHashMap<>();
            operators.put("", "–");
            organisations
                    .of(OrganisationKind.FACTORY)
                    .forEach(known -> operators.put(known.id().toString(), known.name()));
            model.addAttribute("operators", operators);
        }
        model.addAttribute(
                "mayOperate",
                actor.filter(somebody -> factories.mayOperate(somebody, factories.require(factory.id())))
                        .isPresent());
        return "federation/factory";
    }

    @GetMapping("/machines/{slug}")
    String machine(@PathVariable String slug) {
        MachineView machine = catalogue.machine(slug);
        return "redirect:/factories/" + machine.factory().slug() + "#" + machine.slug();
    }

    @GetMapping("/partitions/{slug}")
    String partition(@PathVariable String slug, Model model) {
        PartitionView partition = catalogue.partition(slug);
        model.addAttribute("partition", partition);
        model.addAttribute("shape", partitions.require(partition.id()));
        model.addAttribute(
                "images", images.of(partitions.require(partition.id()).machine()));
        model.addAttribute("conversions", conversions(partition.nodeHour()));
        return "federation/partition";
    }

    /** By slug, for what the parts of pages ask of a partition. */
    private Map<String, Partition> shapes(List<MachineView> machines) {
        Map<String, Partition> shapes = new TreeMap<>();
        machines.stream()
                .flatMap(machine -> machine.partitions().stream())
                .forEach(partition -> shapes.put(partition.slug(), partitions.require(partition.id())));
        return shapes;
    }

    /** One of each unit, in all units. */
    private static Map<HourUnit, Map<HourUnit, BigDecimal>> conversions(Map<HourUnit, BigDecimal> nodeHour) {
        Map<HourUnit, Map<HourUnit, BigDecimal>> table = new EnumMap<>(HourUnit.class);
        nodeHour.forEach((from, one) -> {
            Map<HourUnit, BigDecimal> row = new EnumMap<>(HourUnit.class);
            nodeHour.forEach((to, other) -> row.put(to, other.divide(one, DIGITS)));
            table.put(from, row);
        });
        return table;
    }

    private static String country(String code, Locale locale) {
        return Locale.of("", code).getDisplayCountry(locale);
    }
}
