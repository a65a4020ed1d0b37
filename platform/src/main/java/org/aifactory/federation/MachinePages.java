package org.aifactory.federation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.Connections.Wish;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.federation.MachineImages.Images;
import org.aifactory.federation.slurm.Finding;
import org.aifactory.federation.slurm.SiteAccounts;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites.Shape;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.aifactory.web.Said;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The desk of one machine: whether it answers and whom that meets, how it is connected, what an examination finds, draining. */
@Controller
class MachinePages {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    static final Pattern PERSON = Pattern.compile("[a-z_][a-z0-9_.-]{0,31}");
    static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,60}");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_.=-]{1,4000}");
    private static final int LONGEST_NAME = 200;
    private static final int MOST_PARTITIONS = 100;

    private final Catalogue catalogue;
    private final Machines machines;
    private final Partitions partitions;
    private final Connections connections;
    private final MachineHealth health;
    private final MachineImages images;
    private final ObjectProvider<MachineUse> use;
    private final MessageSource messages;

    MachinePages(
            Catalogue catalogue,
            Machines machines,
            Partitions partitions,
            Connections connections,
            MachineHealth health,
            MachineImages images,
            ObjectProvider<MachineUse> use,
            MessageSource messages) {
        this.catalogue = catalogue;
        this.machines = machines;
        this.partitions = partitions;
        this.connections = connections;
        this.health = health;
        this.images = images;
        this.use = use;
        this.messages = messages;
    }

    @PostMapping("/factories/{slug}/machines")
    String add(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String machine,
            @RequestParam(defaultValue = "") String name,
            RedirectAttributes redirect) {
        Factory factory = catalogue.requireFactory(slug);
        try {
            if (!SLUG.matcher(machine).matches()) {
                throw Problem.invalid("machine", "federation.fault.slug");
            }
            if (name.isBlank() || name.length() > LONGEST_NAME) {
                throw Problem.invalid("name", "federation.fault.name", LONGEST_NAME);
            }
            connections.add(actor, factory, machine, name.strip());
            return "redirect:/machines/" + machine + "/desk";
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            return "redirect:/factories/" + slug + "/desk";
        }
    }

    /** @param words what was found and, where it is not well, what to do */
    record Check(String outcome, String tone, String words) {}

    @GetMapping("/machines/{slug}/desk")
    String desk(Actor actor, @PathVariable String slug, Model model, Locale locale) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        Map<String, Partition> shapes = new LinkedHashMap<>();
        partitions.of(machine.id()).forEach(partition -> shapes.put(partition.slug(), partition));
        Optional<SlurmSite> site = machine.connection() == Connection.SLURM ? known(actor, machine) : Optional.empty();
        model.addAttribute("machine", catalogue.machine(slug));
        model.addAttribute("partitions", shapes);
        model.addAttribute("health", health.of(machine.id()).orElse(null));
        model.addAttribute(
                "use",
                use.stream().map(known -> known.of(machine.id())).findFirst().orElse(null));
        Images allowed = images.of(machine.id());
        model.addAttribute("images", allowed);
        model.addAttribute("imageLines", String.join("\n", allowed.allowed()));
        model.addAttribute("slurm", machine.connection() == Connection.SLURM);
        model.addAttribute("own", machine.connection() == Connection.LOCAL);
        model.addAttribute("site", site.filter(SlurmSite.Rest.class::isInstance).orElse(null));
        model.addAttribute("login", site.filter(SlurmSite.Ssh.class::isInstance).orElse(null));
        model.addAttribute("apart", connections.accounts(machine) == SiteAccounts.PER_ORGANISATION);
        model.addAttribute("examination", health.examination(machine.id()).orElse(null));
        model.addAttribute(
                "checks",
                health.examination(machine.id())
                        .map(examination -> examination.findings().stream()
                                .map(finding -> check(finding, locale))
                                .toList())
                        .orElse(List.of()));
        return "federation/machine";
    }

    /** A token that cannot be read keeps nobody from connecting anew. */
    private Optional<SlurmSite> known(Actor actor, Machine machine) {
        try {
            return connections.site(actor, machine);
        } catch (MachineUnavailable unreadable) {
            return Optional.empty();
        }
    }

    private Check check(Finding finding, Locale locale) {
        String outcome = finding.outcome().name().toLowerCase(Locale.ROOT);
        String tone = switch (finding.outcome()) {
            case WELL -> "good";
            case WARNING -> "warn";
            case FAILED -> "bad";
        };
        return new Check(outcome, tone, messages.getMessage(finding, locale));
    }

    @PostMapping("/machines/{slug}/look")
    String look(Actor actor, @PathVariable String slug, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        Said.orRefused(redirect, () -> {
            if (health.look(machine).answers()) {
                Said.good(redirect, "federation.machine.said.answers", machine.name());
            } else {
                Said.bad(redirect, "federation.machine.said.silent", machine.name());
            }
        });
        return back(slug);
    }

    @PostMapping("/machines/{slug}/examine")
    String examine(Actor actor, @PathVariable String slug, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        Said.orRefused(redirect, () -> {
            List<Finding> findings = examined(actor, machine);
            health.examined(machine.id(), findings);
            boolean well = findings.stream().noneMatch(finding -> finding.outcome() == Finding.Outcome.FAILED);
            if (well) {
                Said.good(redirect, "federation.machine.said.well", machine.name());
            } else {
                Said.bad(redirect, "federation.machine.said.unwell", machine.name());
            }
        });
        return back(slug);
    }

    private List<Finding> examined(Actor actor, Machine machine) {
        try {
            return connections.examine(actor, machine);
        } catch (MachineUnavailable away) {
            throw Problem.of(ProblemType.UNAVAILABLE, away.sentence());
        }
    }

    @PostMapping("/machines/{slug}/drain")
    String drain(Actor actor, @PathVariable String slug, @RequestParam boolean drain, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        Said.orRefused(redirect, () -> {
            machines.setOpen(actor, machine.id(), !drain);
            Said.good(
                    redirect,
                    drain ? "federation.machine.said.drained" : "federation.machine.said.resumed",
                    machine.name());
        });
        return back(slug);
    }

    /**
     * Connects it through slurmrestd.
     *
     * @param token left empty where the one that is known stays
     * @param names of Slurm's partitions, apart by blanks or commas; empty for all
     * @param apart whether each organisation has an account of its own
     */
    @PostMapping("/machines/{slug}/connection")
    String connect(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String address,
            @RequestParam(defaultValue = "") String person,
            @RequestParam(defaultValue = "") String account,
            @RequestParam(defaultValue = "") String token,
            @RequestParam(defaultValue = "") String names,
            @RequestParam(defaultValue = "false") boolean apart,
            RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        try {
            SlurmSite site = site(actor, machine, address, person, account, token);
            Connections.requireAddress(site.address());
            List<Shape> shapes = connections.ask(site).partitions();
            connections.connect(
                    actor,
                    machine,
                    site,
                    Optional.of(apart ? SiteAccounts.PER_ORGANISATION : SiteAccounts.SERVICE),
                    wishes(machine, shapes, names));
            health.look(machines.require(machine.id()));
            Said.good(redirect, "federation.machine.said.connected", machine.name());
        } catch (Problem refused) {
            Said.refused(redirect, refused);
            redirect.addFlashAttribute(
                    "typed",
                    Map.of("address", address, "person", person, "account", account, "names", names, "apart", apart));
        }
        return back(slug);
    }

    private SlurmSite site(Actor actor, Machine machine, String address, String person, String account, String token) {
        require(PERSON, "person", person.strip());
        require(WORD, "account", account.strip());
        String secret =
                token.isBlank() ? known(actor, machine).map(MachinePages::token).orElse("") : token.strip();
        require(TOKEN, "token", secret);
        return new SlurmSite.Rest(Connections.address(address), person.strip(), account.strip(), secret);
    }

    private static String token(SlurmSite site) {
        return site instanceof SlurmSite.Rest rest ? rest.token() : "";
    }

    static void require(Pattern form, String field, String word) {
        if (!form.matcher(word).matches()) {
            throw Problem.invalid(field, "federation.fault.connection." + field);
        }
    }

    /** A partition that is known keeps the slug that it has; others are called by the machine and their own name. */
    static List<Wish> wishes(Machine machine, List<Shape> shapes, String names) {
        List<String> wanted = names.isBlank()
                ? shapes.stream()
                        .filter(shape -> shape.nodes() > 0)
                        .map(Shape::name)
                        .toList()
                : List.of(names.strip().split("[\\s,]+", MOST_PARTITIONS));
        List<Wish> wishes = new ArrayList<>();
        for (String name : wanted) {
            require(WORD, "names", name);
            String slug = (machine.slug() + "-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
            wishes.add(new Wish(name, slug.substring(0, Math.min(63, slug.length())), name, Optional.empty()));
        }
        return wishes;
    }

    /** @param allowed one image a line */
    @PostMapping("/machines/{slug}/images")
    String setImages(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "false") boolean fromDatasets,
            @RequestParam(defaultValue = "") String allowed,
            RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        Said.orRefused(redirect, () -> {
            images.set(
                    actor,
                    machine,
                    new Images(
                            fromDatasets,
                            allowed.lines()
                                    .map(String::strip)
                                    .filter(line -> !line.isEmpty())
                                    .toList()));
            Said.good(redirect, "federation.images.said");
        });
        return back(slug);
    }

    @PostMapping("/machines/{slug}/disconnect")
    String disconnect(Actor actor, @PathVariable String slug, RedirectAttributes redirect) {
        Machine machine = machines.require(slug);
        Said.orRefused(redirect, () -> {
            connections.disconnect(actor, machine);
            Said.good(redirect, "federation.machine.said.disconnected", machine.name());
        });
        return back(slug);
    }

    private static String back(String slug) {
        return "redirect:/machines/" + slug + "/desk";
    }
}
