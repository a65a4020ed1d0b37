package org.aifactory.federation;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.aifactory.federation.ConnectionsApi.SlurmSsh;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.federation.slurm.SiteAccounts;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites;
import org.aifactory.federation.ssh.HostKey;
import org.aifactory.identity.Actor;
import org.aifactory.web.Faults;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.aifactory.web.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.ModelMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Connecting a machine by SSH, step by step: a pair of keys whose public half goes to the site, the login node's own key to be compared
 * with what the site publishes, and then all at once.
 */
@Controller
class SshPages {
    private static final Pattern HOST = Pattern.compile(ConnectionsApi.HOST);
    private static final Pattern ROOT = Pattern.compile(ConnectionsApi.ROOT);
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final String PAGE = "federation/ssh";
    private static final int MOST_PORT = 65_535;
    private static final int LONGEST_KEY = 20_000;
    /** At which field stands what was in the way. */
    private static final Map<String, String> PLACES = Map.of(
            "federation.ssh.away", "host",
            "federation.ssh.refused", "person",
            "federation.ssh.other-host-key", "hostKey",
            "federation.ssh.no-slurm", "host",
            "federation.ssh.folder-fails", "root",
            "federation.ssh.two-folders", "root",
            "federation.ssh.full", "root");

    private final Catalogue catalogue;
    private final Machines machines;
    private final Connections connections;
    private final SiteKeys keys;
    private final SlurmSites slurm;
    private final MachineHealth health;

    SshPages(
            Catalogue catalogue,
            Machines machines,
            Connections connections,
            SiteKeys keys,
            SlurmSites slurm,
            MachineHealth health) {
        this.catalogue = catalogue;
        this.machines = machines;
        this.connections = connections;
        this.keys = keys;
        this.slurm = slurm;
        this.health = health;
    }

    /** As it is typed. */
    record Form(String host, String port, String person, String account, String root, String hostKey, String names) {
        private static final String SSH = "22";

        Form(
                @Nullable String host,
                @Nullable String port,
                @Nullable String person,
                @Nullable String account,
                @Nullable String root,
                @Nullable String hostKey,
                @Nullable String names) {
            this.host = typed(host);
            this.port = typed(port).isEmpty() ? SSH : typed(port);
            this.person = typed(person);
            this.account = typed(account);
            this.root = typed(root).replaceFirst("(?<=.)/+$", "");
            this.hostKey = typed(hostKey);
            this.names = typed(names);
        }

        private static String typed(@Nullable String word) {
            return word == null ? "" : word.strip();
        }

        static Form of(Optional<SlurmSite.Ssh> known) {
            return known.map(site -> new Form(
                            site.host().host(),
                            Integer.toString(site.host().port()),
                            site.person(),
                            site.account(),
                            site.root(),
                            site.host().hostKey(),
                            ""))
                    .orElseGet(() -> new Form("", SSH, "", "", "", "", ""));
        }

        Form showing(String key) {
            return new Form(host, port, person, account, root, key, names);
        }

        int portNumber() {
            return Integer.parseInt(port);
        }
    }

    @GetMapping("/machines/{slug}/ssh")
    String show(Actor actor, @PathVariable String slug, ModelMap page) {
        Machine machine = operated(actor, slug);
        return page(machine, Form.of(site(machine)), Faults.NONE, page);
    }

    private Machine operated(Actor actor, String slug) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        return machine;
    }

    /** A key that cannot be read keeps nobody from connecting anew. */
    private Optional<SlurmSite.Ssh> site(Machine machine) {
        try {
            return slurm.site(machine.id())
                    .filter(SlurmSite.Ssh.class::isInstance)
                    .map(SlurmSite.Ssh.class::cast);
        } catch (MachineUnavailable unreadable) {
            return Optional.empty();
        }
    }

    private String page(Machine machine, Form form, Faults faults, ModelMap page) {
        page.addAttribute("machine", catalogue.machine(machine.slug()));
        page.addAttribute("connected", machine.connection() == Connection.SLURM);
        page.addAttribute("publicKey", keys.publicHalf(machine).orElse(null));
        page.addAttribute("form", form);
        page.addAttribute("faults", faults);
        page.addAttribute(
                "fingerprint", HostKey.parsed(form.hostKey()).isPresent() ? HostKey.fingerprint(form.hostKey()) : null);
        page.addAttribute("compare", false);
        if (!page.containsAttribute("apart")) {
            page.addAttribute("apart", connections.accounts(machine) == SiteAccounts.PER_ORGANISATION);
        }
        return PAGE;
    }

    /** @param key a private key of one's own; empty for a new pair */
    @PostMapping("/machines/{slug}/ssh/key")
    String key(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "false") boolean own,
            HttpServletResponse response,
            ModelMap page,
            RedirectAttributes redirect) {
        Machine machine = operated(actor, slug);
        try {
            if (own && key.length() <= LONGEST_KEY) {
                keys.give(actor, machine, key);
            } else if (own) {
                throw Problem.invalid("key", "federation.ssh.fault.key");
            } else {
                keys.make(actor, machine);
            }
        } catch (Problem refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return page(machine, Form.of(site(machine)), Faults.of(refused), page);
        }
        Said.good(redirect, own ? "federation.ssh.said.key-given" : "federation.ssh.said.key-made");
        return "redirect:/machines/" + slug + "/ssh";
    }

    /** Connects it where the login node's key is known, and else asks the login node for it. */
    @PostMapping("/machines/{slug}/ssh")
    String connect(
            Actor actor,
            @PathVariable String slug,
            @ModelAttribute("form") Form form,
            @RequestParam(defaultValue = "false") boolean apart,
            HttpServletResponse response,
            ModelMap page,
            RedirectAttributes redirect) {
        Machine machine = operated(actor, slug);
        page.addAttribute("apart", apart);
        try {
            SlurmSite.Ssh site = wished(machine, form);
            if (form.hostKey().isEmpty()) {
                page(machine, form.showing(slurm.hostKey(site)), Faults.NONE, page);
                page.addAttribute("compare", true);
                return PAGE;
            }
            connections.connect(
                    actor,
                    machine,
                    site,
                    Optional.of(apart ? SiteAccounts.PER_ORGANISATION : SiteAccounts.SERVICE),
                    MachinePages.wishes(machine, connections.ask(site).partitions(), form.names()));
            health.look(machines.require(machine.id()));
            Said.good(redirect, "federation.machine.said.connected", machine.name());
            return "redirect:/machines/" + slug + "/desk";
        } catch (MachineUnavailable away) {
            return refused(machine, form, faults(away.sentence()), response, page);
        } catch (Problem refused) {
            return refused(machine, form, faults(refused), response, page);
        }
    }

    private String refused(Machine machine, Form form, Faults faults, HttpServletResponse response, ModelMap page) {
        response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        return page(machine, form, faults, page);
    }

    private static Faults faults(Problem refused) {
        if (refused.type() == ProblemType.UNAVAILABLE
                && !refused.message().arguments().isEmpty()
                && refused.message().arguments().getFirst() instanceof Message cause) {
            return faults(cause);
        }
        Faults faults = Faults.of(refused);
        // The API calls them so.
        return new Faults(
                faults.atFields().entrySet().stream()
                        .collect(Collectors.toMap(
                                fault -> fault.getKey().equals("partitions") ? "names" : fault.getKey(),
                                Map.Entry::getValue)),
                faults.inAll());
    }

    private static Faults faults(Message cause) {
        String field = PLACES.get(cause.key());
        return field == null ? new Faults(Map.of(), List.of(cause.toString())) : Faults.at(field, cause.toString());
    }

    private SlurmSite.Ssh wished(Machine machine, Form form) {
        require(HOST.matcher(form.host()).matches(), "host", "federation.ssh.fault.host");
        require(
                PORT.matcher(form.port()).matches() && form.portNumber() > 0 && form.portNumber() <= MOST_PORT,
                "port",
                "federation.ssh.fault.port");
        MachinePages.require(MachinePages.PERSON, "person", form.person());
        MachinePages.require(MachinePages.WORD, "account", form.account());
        require(ROOT.matcher(form.root()).matches(), "root", "federation.ssh.fault.root");
        String key = keys.secret(machine)
                .orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "federation.ssh.fault.no-key-yet"));
        return SlurmSsh.site(
                form.host(), form.portNumber(), form.person(), form.account(), key, form.hostKey(), form.root());
    }

    private static void require(boolean right, String field, String sentence) {
        if (!right) {
            throw Problem.invalid(field, sentence);
        }
    }
}
