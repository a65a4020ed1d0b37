package org.aifactory.federation;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
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
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;
import org.aifactory.federation.slurm.SlurmSite;
import org.aifactory.federation.slurm.SlurmSites.Findings;
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
    private static final String SLUG = "[a-z0-9][a-z0-9-]{0,62}";

    private final Catalogue catalogue;
    private final Machines machines;
    private final Connections connections;
    private final MessageSource messages;

    ConnectionsApi(Catalogue catalogue, Machines machines, Connections connections, MessageSource messages) {
        this.catalogue = catalogue;
        this.machines = machines;
        this.connections = connections;
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

    /**
     * @param address of slurmrestd, such as {@code https://slurm.example.org:6820}
     * @param person as whom Slurm knows us
     * @param account Slurm's account that jobs run on
     * @param token from {@code scontrol token username=PERSON lifespan=SECONDS}
     */
    record Slurm(
            @NotBlank @Size(max = 300) String address,

            @NotNull @Pattern(regexp = "[a-z_][a-z0-9_.-]{0,31}")
            String person,

            @NotNull @Pattern(regexp = "[A-Za-z0-9_.-]{1,60}")
            String account,

            @NotNull @Pattern(regexp = "[A-Za-z0-9_.=-]{1,4000}")
            String token,

            @NotEmpty @Size(max = 100) List<@Valid PartitionWish> partitions) {}

    @Operation(
            summary =
                    "Connect a machine to its Slurm, through slurmrestd; the shapes of the partitions are taken from Slurm")
    @PutMapping("/api/machines/{slug}/connection")
    MachineView connect(Actor actor, @PathVariable String slug, @Valid @RequestBody Slurm wish) {
        connections.connect(
                actor,
                machines.require(slug),
                new SlurmSite(Connections.address(wish.address()), wish.person(), wish.account(), wish.token()),
                wish.partitions().stream().map(PartitionWish::wish).toList());
        return catalogue.machine(slug);
    }

    /** @param slurm what it says just now */
    record ConnectionView(String address, String person, String account, Findings slurm) {}

    @Operation(summary = "How a machine is connected, and what its Slurm says just now; the token is not told")
    @GetMapping("/api/machines/{slug}/connection")
    ConnectionView show(Actor actor, @PathVariable String slug) {
        SlurmSite site =
                connections.site(actor, machines.require(slug)).orElseThrow(() -> Problem.notFound("connection", slug));
        return new ConnectionView(site.address().toString(), site.person(), site.account(), connections.ask(site));
    }

    /** @param words what was found and, where it is not well, what to do */
    record CheckView(Subject subject, Outcome outcome, String words) {}

    @Operation(
            summary =
                    "Examine a machine as a run would meet it, by a tiny job; takes a minute at most, and says of each thing what to do")
    @PostMapping("/api/machines/{slug}/check")
    List<CheckView> check(Actor actor, @PathVariable String slug, Locale locale) {
        return connections.examine(actor, machines.require(slug)).stream()
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
