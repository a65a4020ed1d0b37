package org.aifactory.federation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.federation.Catalogue.MachineView;
import org.aifactory.federation.Connections.Wish;
import org.aifactory.federation.slurm.Finding;
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;
import org.aifactory.federation.slurm.SiteAccounts;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites.Findings;
import org.aifactory.federation.ssh.HostKey;
import org.aifactory.federation.ssh.SshConnection;
import org.aifactory.federation.ssh.SshHost;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Connecting the machines of a factory, over HTTP; for those who operate it. */
@RestController
class ConnectionsApi {
    private static final String PERSON = "[a-z_][a-z0-9_.-]{0,31}";
    private static final String ACCOUNT = "[A-Za-z0-9_.-]{1,60}";
    static final String HOST = "[A-Za-z0-9][A-Za-z0-9.:-]{0,252}";
    static final String ROOT = "(?:/[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,100}){1,20}";
    private static final String SLUG = "[a-z0-9][a-z0-9-]{0,62}";

    private final Catalogue catalogue;
    private final Machines machines;
    private final Connections connections;
    private final MachineHealth health;
    private final SiteKeys keys;
    private final MessageSource messages;

    ConnectionsApi(
            Catalogue catalogue,
            Machines machines,
            Connections connections,
            MachineHealth health,
            SiteKeys keys,
            MessageSource messages) {
        this.catalogue = catalogue;
        this.machines = machines;
        this.connections = connections;
        this.health = health;
        this.keys = keys;
        this.messages = messages;
    }

    record NewMachine(
            @NotNull @Pattern(regexp = SLUG) String slug,
            @NotBlank @Size(max = 200) String name) {}

    @Operation(summary = "Add a machine to a factory; it can be connected then")
    @PostMapping("/api/factories/{slug}/machines")
    @ResponseStatus(HttpStatus.CREATED)
    MachineView add(Actor actor, @PathVariable String slug, @Valid @RequestBody NewMachine wish) {
        return catalogue.machine(connections
                .add(
                        actor,
                        catalogue.requireFactory(slug),
                        wish.slug(),
                        wish.name().strip())
                .slug());
    }

    /**
     * @param name as Slurm calls the partition
     * @param slug as it stands in addresses here
     * @param title as people read it; Slurm's name where it is left out
     * @param kind what is granted on it; left out, GPUs where its nodes have some, and else cores
     */
    record PartitionWish(
            @NotNull @Pattern(regexp = "[A-Za-z0-9_.-]{1,60}")
            String name,

            @NotNull @Pattern(regexp = SLUG) String slug,
            @Nullable @Size(max = 200) String title,
            @Nullable PartitionKind kind) {

        Wish wish() {
            return new Wish(
                    name, slug, title == null || title.isBlank() ? name : title.strip(), Optional.ofNullable(kind));
        }
    }

    /** How a machine is to be connected: by slurmrestd, or by SSH. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind", defaultImpl = Slurm.class)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Slurm.class, name = "SLURM_REST"),
        @JsonSubTypes.Type(value = SlurmSsh.class, name = "SLURM_SSH")
    })
    sealed interface SiteWish {
        /** @param known the private key that was made or given before */
        SlurmSite site(Optional<String> known);

        List<PartitionWish> partitions();

        @Nullable
        SiteAccounts accounts();
    }

    /**
     * @param address of slurmrestd, such as {@code https://slurm.example.org:6820}
     * @param person as whom Slurm knows us
     * @param account Slurm's account that jobs run on
     * @param token from {@code scontrol token username=PERSON lifespan=SECONDS}
     * @param accounts whether all jobs run on that account, or each organisation's on one of its own under it; left out, as it was
     */
    record Slurm(
            @NotBlank @Size(max = 300) String address,

            @NotNull @Pattern(regexp = PERSON) String person,
            @NotNull @Pattern(regexp = ACCOUNT) String account,

            @NotNull @Pattern(regexp = "[A-Za-z0-9_.=-]{1,4000}")
            String token,

            @NotEmpty @Size(max = 100) List<@Valid PartitionWish> partitions,

            @Nullable SiteAccounts accounts)
            implements SiteWish {

        @Override
        public SlurmSite site(Optional<String> known) {
            return new SlurmSite.Rest(Connections.address(address), person, account, token);
        }
    }

    /**
     * @param host the login node
     * @param port 22 where it is left out
     * @param person whose key it is
     * @param account Slurm's account that jobs run on
     * @param key the private key, as {@code ssh-keygen -t ed25519} writes it, without a passphrase; left out, that of the pair that was
     *     made here, or the one that the machine is connected with
     * @param hostKey the login node's public key, as {@code ssh-keyscan} tells it without the name; left out, the one that it shows now is
     *     kept and must be shown from then on
     * @param root a folder for the platform alone, that the login node and all nodes see; it is made where it is missing
     * @param accounts whether all jobs run on that account, or each organisation's on one of its own under it; left out, as it was
     */
    record SlurmSsh(
            @NotNull @Pattern(regexp = HOST) String host,

            @Nullable @Min(1) @Max(65535) Integer port,
            @NotNull @Pattern(regexp = PERSON) String person,
            @NotNull @Pattern(regexp = ACCOUNT) String account,
            @Nullable @Size(max = 20_000) String key,
            @Nullable @Size(max = 4000) String hostKey,

            @NotNull @Pattern(regexp = ROOT) String root,

            @NotEmpty @Size(max = 100) List<@Valid PartitionWish> partitions,

            @Nullable SiteAccounts accounts)
            implements SiteWish {
        private static final int SSH = 22;

        @Override
        public SlurmSite site(Optional<String> known) {
            return site(
                    host,
                    port == null ? SSH : port,
                    person,
                    account,
                    key == null || key.isBlank() ? known.orElse("") : key,
                    hostKey == null ? "" : hostKey,
                    root);
        }

        /** @throws Problem where a word has another form than it should */
        static SlurmSite.Ssh site(
                String host, int port, String person, String account, String key, String hostKey, String root) {
            String pinned = hostKey.strip();
            if (!pinned.isEmpty() && HostKey.parsed(pinned).isEmpty()) {
                throw Problem.invalid("hostKey", "federation.ssh.fault.host-key");
            }
            if (SshConnection.key(key).isEmpty()) {
                throw Problem.invalid("key", "federation.ssh.fault.key");
            }
            SlurmSite.Ssh site =
                    new SlurmSite.Ssh(new SshHost(host, port, person, key.strip() + "\n", pinned), account, root);
            if (!site.hasAddress()) {
                throw Problem.invalid("host", "federation.ssh.fault.host");
            }
            return site;
        }

        /** Never tells the key. */
        @Override
        public String toString() {
            return "SlurmSsh[" + person + "@" + host + "]";
        }
    }

    /** @param publicKey a line for {@code ~/.ssh/authorized_keys} of the person on the login node */
    record KeyView(String publicKey) {}

    @Operation(
            summary =
                    "Make a pair of keys by which a login node will let the platform in; the private one is told to nobody")
    @PostMapping("/api/machines/{slug}/key")
    KeyView makeKey(Actor actor, @PathVariable String slug) {
        return new KeyView(keys.make(actor, machines.require(slug)));
    }

    @Operation(
            summary =
                    "Connect a machine to its Slurm, through slurmrestd or by SSH; the shapes of the partitions are taken from Slurm")
    @PutMapping("/api/machines/{slug}/connection")
    MachineView connect(Actor actor, @PathVariable String slug, @Valid @RequestBody SiteWish wish) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        connections.connect(
                actor,
                machine,
                wish.site(keys.secret(machine)),
                Optional.ofNullable(wish.accounts()),
                wish.partitions().stream().map(PartitionWish::wish).toList());
        return catalogue.machine(slug);
    }

    /**
     * @param hostKey the fingerprint of the key that the login node must show; empty by slurmrestd, as the folder there
     * @param slurm what it says just now
     */
    record ConnectionView(
            String kind,
            String address,
            String person,
            String account,
            SiteAccounts accounts,
            String hostKey,
            String root,
            Findings slurm) {}

    @Operation(summary = "How a machine is connected, and what its Slurm says just now; neither token nor key is told")
    @GetMapping("/api/machines/{slug}/connection")
    ConnectionView show(Actor actor, @PathVariable String slug) {
        Machine machine = machines.require(slug);
        SlurmSite site = connections.site(actor, machine).orElseThrow(() -> Problem.notFound("connection", slug));
        Optional<SlurmSite.Ssh> login = site instanceof SlurmSite.Ssh one ? Optional.of(one) : Optional.empty();
        return new ConnectionView(
                login.isPresent() ? "SLURM_SSH" : "SLURM_REST",
                site.address().toString(),
                site.person(),
                site.account(),
                connections.accounts(machine),
                login.map(one -> HostKey.fingerprint(one.host().hostKey())).orElse(""),
                login.map(SlurmSite.Ssh::root).orElse(""),
                connections.ask(site));
    }

    /** @param words what was found and, where it is not well, what to do */
    record CheckView(Subject subject, Outcome outcome, String words) {}

    @Operation(
            summary =
                    "Examine a machine as a run would meet it, by a tiny job; takes a minute at most, and says of each thing what to do")
    @PostMapping("/api/machines/{slug}/check")
    List<CheckView> check(Actor actor, @PathVariable String slug, Locale locale) {
        Machine machine = machines.require(slug);
        List<Finding> findings = connections.examine(actor, machine);
        health.examined(machine.id(), findings);
        return findings.stream()
                .map(finding ->
                        new CheckView(finding.subject(), finding.outcome(), messages.getMessage(finding, locale)))
                .toList();
    }

    @Operation(summary = "Let a machine go; not while jobs wait or run on it")
    @DeleteMapping("/api/machines/{slug}/connection")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disconnect(Actor actor, @PathVariable String slug) {
        connections.disconnect(actor, machines.require(slug));
    }
}
