package org.aifactory.federation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.Catalogue.FactoryView;
import org.aifactory.federation.Catalogue.PartitionView;
import org.aifactory.federation.Pools.PoolLine;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Problem;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The desk of those who operate a factory: pools, openings, terms and maintenance. */
@Controller
class OperatorPages {
    private static final int LINES_ON_A_PAGE = 100;
    private static final BigDecimal CENTS = BigDecimal.valueOf(100);
    private static final BigDecimal SECONDS = BigDecimal.valueOf(3600);
    private static final BigDecimal LONGEST_WALL_SECONDS = BigDecimal.valueOf(366L * 24 * 3600);
    private static final int LONGEST_NUMBER = 40;
    private static final int LONGEST_NAME = 200;

    private final Catalogue catalogue;
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    private final MessageSource messages;

    OperatorPages(
            Catalogue catalogue,
            Factories factories,
            Machines machines,
            Partitions partitions,
            Pools pools,
            MessageSource messages) {
        this.catalogue = catalogue;
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
        this.messages = messages;
    }

    @GetMapping("/factories/{slug}/desk")
    String desk(Actor actor, @PathVariable String slug, Model model, Locale locale) {
        FactoryView factory = catalogue.factory(slug);
        factories.requireMayOperate(actor, factories.require(factory.id()));
        model.addAttribute("factory", factory);
        Map<String, Partition> shapes = new LinkedHashMap<>();
        Map<String, Map<String, String>> units = new LinkedHashMap<>();
        factory.machines().stream()
                .flatMap(machine -> machine.partitions().stream())
                .forEach(partition -> {
                    Partition shape = partitions.require(partition.id());
                    shapes.put(partition.slug(), shape);
                    units.put(partition.slug(), words(shape, locale));
                });
        model.addAttribute("partitions", shapes);
        model.addAttribute("units", units);
        model.addAttribute("keys", new Keys());
        return "federation/desk";
    }

    /** A new key for each form, so that sending one twice adds once. */
    static final class Keys {
        public String next() {
            return UUID.randomUUID().toString();
        }
    }

    private Map<String, String> words(Partition partition, Locale locale) {
        Map<String, String> words = new LinkedHashMap<>();
        partition
                .hourUnits()
                .forEach(unit ->
                        words.put(unit.name(), messages.getMessage("federation.unit." + unit.slug(), null, locale)));
        return words;
    }

    @PostMapping("/partitions/{slug}/pool")
    String fill(
            Actor actor,
            @PathVariable String slug,
            @RequestParam String hours,
            @RequestParam HourUnit unit,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam UUID key,
            RedirectAttributes redirect) {
        PartitionView partition = catalogue.partition(slug);
        return answered(partition.factory().slug(), redirect, "federation.said.filled", partition.name(), () -> {
            pools.fill(actor, partition.id(), new EntryId(key), number("hours", hours), unit, inTime(reason));
        });
    }

    @GetMapping("/partitions/{slug}/pool")
    String statement(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "0") long after,
            Model model,
            Locale locale) {
        Partition partition = partitions.require(slug);
        List<PoolLine> lines = pools.lines(actor, partition.id(), Math.max(0, after), LINES_ON_A_PAGE + 1);
        boolean more = lines.size() > LINES_ON_A_PAGE;
        List<PoolLine> shown = more ? lines.subList(0, LINES_ON_A_PAGE) : lines;
        model.addAttribute("partition", catalogue.partition(slug));
        model.addAttribute("shape", partition);
        model.addAttribute("lines", shown);
        model.addAttribute("next", more ? "?after=" + shown.getLast().number() : null);
        model.addAttribute("units", words(partition, locale));
        model.addAttribute("keys", new Keys());
        return "federation/statement";
    }

    @PostMapping("/partitions/{slug}/pool/take-back")
    String takeBack(
            Actor actor,
            @PathVariable String slug,
            @RequestParam UUID filling,
            @RequestParam String hours,
            @RequestParam HourUnit unit,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam UUID key,
            RedirectAttributes redirect) {
        PartitionView partition = catalogue.partition(slug);
        answered("", redirect, "federation.said.taken-back", partition.name(), () -> {
            pools.takeBack(
                    actor,
                    partition.id(),
                    new EntryId(key),
                    new EntryId(filling),
                    number("hours", hours),
                    unit,
                    inTime(reason));
        });
        return "redirect:/partitions/" + partition.slug() + "/pool";
    }

    @PostMapping("/partitions/{slug}/open")
    String openPartition(
            Actor actor, @PathVariable String slug, @RequestParam boolean open, RedirectAttributes redirect) {
        PartitionView partition = catalogue.partition(slug);
        String said = open ? "federation.said.opened" : "federation.said.closed";
        return answered(
                partition.factory().slug(),
                redirect,
                said,
                partition.name(),
                () -> partitions.setOpen(actor, partition.id(), open));
    }

    /**
     * @param hours the longest time of a job; empty for no limit
     * @param price euro for an hour in the partition's unit; empty for none
     */
    @PostMapping("/partitions/{slug}/terms")
    String terms(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String hours,
            @RequestParam(defaultValue = "") String price,
            RedirectAttributes redirect) {
        PartitionView partition = catalogue.partition(slug);
        return answered(partition.factory().slug(), redirect, "federation.said.terms", partition.name(), () -> {
            partitions.setTerms(
                    actor,
                    partition.id(),
                    given(hours).map(text -> wallTime(number("hours", text))),
                    given(price).map(text -> whole("price", number("price", text), CENTS)));
        });
    }

    @PostMapping("/machines/{slug}/open")
    String openMachine(
            Actor actor, @PathVariable String slug, @RequestParam boolean open, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        String said = open ? "federation.said.opened" : "federation.said.closed";
        return answered(
                factory(machine), redirect, said, machine.name(), () -> machines.setOpen(actor, machine.id(), open));
    }

    @PostMapping("/machines/{slug}/maintenance")
    String plan(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String until,
            @RequestParam(defaultValue = "") String reason,
            RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        return answered(factory(machine), redirect, "federation.said.planned", machine.name(), () -> {
            if (reason.isBlank()) {
                throw Problem.invalid("reason", "federation.fault.reason");
            }
            machines.plan(actor, machine.id(), time("from", from), time("until", until), inTime(reason));
        });
    }

    @PostMapping("/machines/{slug}/maintenance/cancel")
    String cancel(Actor actor, @PathVariable String slug, @RequestParam UUID maintenance, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        return answered(
                factory(machine),
                redirect,
                "federation.said.cancelled",
                machine.name(),
                () -> machines.cancelMaintenance(actor, machine.id(), maintenance));
    }

    /**
     * An administrator says who operates a factory.
     *
     * @param organisation one that exists; empty to found one with the name and country
     */
    @PostMapping("/factories/{slug}/operator")
    String setOperator(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String organisation,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String country,
            RedirectAttributes redirect) {
        FactoryId factory = catalogue.requireFactory(slug).id();
        answered(
                slug,
                redirect,
                "federation.said.operator",
                catalogue.factory(slug).name(),
                () -> {
                    if (!organisation.isBlank()) {
                        factories.giveTo(actor, factory, new OrganisationId(id(organisation)));
                    } else if (name.isBlank() || name.length() > LONGEST_NAME || !country.matches("[A-Z]{2}")) {
                        throw Problem.invalid("name", "federation.fault.operator");
                    } else {
                        factories.foundOperator(actor, factory, name, country);
                    }
                });
        return "redirect:/factories/" + slug;
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException none) {
            throw Problem.invalid("organisation", "federation.fault.organisation");
        }
    }

    private String factory(Machine machine) {
        return factories.require(machine.factory()).slug();
    }

    /** Leads back to the desk, and says there what came of it. */
    private static String answered(
            String factory, RedirectAttributes redirect, String key, String what, Runnable work) {
        Said.orRefused(redirect, () -> {
            work.run();
            Said.good(redirect, key, what);
        });
        return "redirect:/factories/" + factory + "/desk";
    }

    private static String inTime(String reason) {
        if (reason.length() > 500) {
            throw Problem.invalid("reason", "federation.fault.reason-long", 500);
        }
        return reason;
    }

    private static BigDecimal number(String field, String text) {
        String stripped = text.strip();
        if (stripped.length() <= LONGEST_NUMBER && stripped.matches("\\d+(\\.\\d+)?")) {
            return new BigDecimal(stripped);
        }
        throw Problem.invalid(field, "federation.fault.number");
    }

    private static Duration wallTime(BigDecimal hours) {
        BigDecimal seconds = hours.multiply(SECONDS).setScale(0, RoundingMode.HALF_UP);
        if (seconds.signum() == 0 || seconds.compareTo(LONGEST_WALL_SECONDS) > 0) {
            throw Problem.invalid("hours", "federation.fault.longest");
        }
        return Duration.ofSeconds(seconds.longValueExact());
    }

    private static long whole(String field, BigDecimal number, BigDecimal times) {
        try {
            return number.multiply(times).longValueExact();
        } catch (ArithmeticException between) {
            throw Problem.invalid(field, "federation.fault.digits");
        }
    }

    private static Optional<String> given(@Nullable String text) {
        return Optional.ofNullable(text).filter(written -> !written.isBlank());
    }

    private static Instant time(String field, String text) {
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException wrong) {
            throw Problem.invalid(field, "federation.fault.time");
        }
    }
}
