package org.aifactory.federation;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.Catalogue.FactoryView;
import org.aifactory.federation.Catalogue.MachineView;
import org.aifactory.federation.Catalogue.PartitionView;
import org.aifactory.federation.Catalogue.PoolView;
import org.aifactory.federation.Pools.PoolLine;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Receipt;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Factories, machines and partitions over HTTP. Reading is open to everybody; an operator changes what is theirs. */
@RestController
class FederationApi {
    private final Catalogue catalogue;
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;

    FederationApi(Catalogue catalogue, Factories factories, Machines machines, Partitions partitions, Pools pools) {
        this.catalogue = catalogue;
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
    }

    @Operation(
            summary =
                    "All factories with their machines and partitions; each figure with its sources and how well it is known")
    @GetMapping("/api/factories")
    List<FactoryView> factories() {
        return catalogue.factories();
    }

    @Operation(summary = "A factory with its machines and partitions")
    @GetMapping("/api/factories/{slug}")
    FactoryView factory(@PathVariable String slug) {
        return catalogue.factory(slug);
    }

    @Operation(summary = "A machine with its partitions and the maintenance ahead")
    @GetMapping("/api/machines/{slug}")
    MachineView machine(@PathVariable String slug) {
        return catalogue.machine(slug);
    }

    @Operation(
            summary = "All partitions: shape, units, price, whether jobs can run there now, and what their pools have")
    @GetMapping("/api/partitions")
    List<PartitionView> partitions() {
        return catalogue.partitions();
    }

    @Operation(summary = "A partition, by its slug or its id")
    @GetMapping("/api/partitions/{slug}")
    PartitionView partition(@PathVariable String slug) {
        return catalogue.partition(slug);
    }

    /**
     * Either an organisation that exists, or the name and country of one that is founded with the administrator as its first owner.
     *
     * @param organisation of the kind FACTORY
     */
    record NewOperator(
            @Nullable UUID organisation,
            @Nullable @Size(max = 200) String name,
            @Nullable @Pattern(regexp = "[A-Z]{2}") String country) {}

    @Operation(
            summary =
                    "Say which organisation operates a factory (administrators): {organisation}, or {name, country} to found one")
    @PutMapping("/api/factories/{slug}/operator")
    FactoryView setOperator(Actor actor, @PathVariable String slug, @Valid @RequestBody NewOperator wish) {
        FactoryId factory = catalogue.requireFactory(slug).id();
        if (wish.organisation() != null) {
            factories.giveTo(actor, factory, new OrganisationId(wish.organisation()));
        } else if (wish.name() != null && !wish.name().isBlank() && wish.country() != null) {
            factories.foundOperator(actor, factory, wish.name(), wish.country());
        } else {
            throw Problem.invalid("organisation", "federation.fault.operator");
        }
        return catalogue.factory(slug);
    }

    record Openness(@NotNull Boolean open) {}

    @Operation(summary = "Open or close a machine: whether jobs may start on it")
    @PutMapping("/api/machines/{slug}/open")
    MachineView openMachine(Actor actor, @PathVariable String slug, @Valid @RequestBody Openness wish) {
        machines.setOpen(actor, machines.require(slug).id(), wish.open());
        return catalogue.machine(slug);
    }

    record NewMaintenance(
            @NotNull Instant from,
            @NotNull Instant until,
            @NotBlank @Size(max = 500) String reason) {}

    @Operation(summary = "Plan maintenance: no job that could reach into it starts before it is over")
    @PostMapping("/api/machines/{slug}/maintenance")
    @ResponseStatus(HttpStatus.CREATED)
    Maintenance plan(Actor actor, @PathVariable String slug, @Valid @RequestBody NewMaintenance wish) {
        return machines.plan(actor, machines.require(slug).id(), wish.from(), wish.until(), wish.reason());
    }

    @Operation(summary = "Cancel planned maintenance, or end what is under way")
    @DeleteMapping("/api/machines/{slug}/maintenance/{maintenance}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancelMaintenance(Actor actor, @PathVariable String slug, @PathVariable UUID maintenance) {
        machines.cancelMaintenance(actor, machines.require(slug).id(), maintenance);
    }

    @Operation(summary = "Open or close a partition: whether it takes new allocations and jobs")
    @PutMapping("/api/partitions/{slug}/open")
    PartitionView openPartition(Actor actor, @PathVariable String slug, @Valid @RequestBody Openness wish) {
        partitions.setOpen(actor, partitions.require(slug).id(), wish.open());
        return catalogue.partition(slug);
    }

    /**
     * @param maxWallSeconds the longest that a job may run; absent for no limit
     * @param priceCents euro cents for an hour of commercial use, in the partition's unit; absent where there is none
     */
    record Terms(
            @Nullable @Min(1) @Max(366L * 24 * 3600) Long maxWallSeconds,
            @Nullable @Min(0) @Max(1_000_000_000) Long priceCents) {}

    @Operation(
            summary = "Set the longest time of a job and the price of commercial use; what is left out is taken away")
    @PutMapping("/api/partitions/{slug}/terms")
    PartitionView setTerms(Actor actor, @PathVariable String slug, @Valid @RequestBody Terms wish) {
        partitions.setTerms(
                actor,
                partitions.require(slug).id(),
                Optional.ofNullable(wish.maxWallSeconds()).map(Duration::ofSeconds),
                Optional.ofNullable(wish.priceCents()));
        return catalogue.partition(slug);
    }

    /**
     * @param hours a number of hours of {@code unit}
     * @param key made by the caller: the same again changes nothing; left out, every request is a new one
     */
    record Movement(
            @NotNull BigDecimal hours,
            @NotNull HourUnit unit,
            @NotBlank @Size(max = 500) String reason,
            @Nullable UUID key) {

        EntryId entry() {
            return new EntryId(key == null ? UUID.randomUUID() : key);
        }
    }

    /**
     * What was posted.
     *
     * @param entry names it in the ledger
     * @param amount in the ledger's unit
     * @param pool what there is now
     */
    record Moved(EntryId entry, Instant at, long amount, Unit unit, PoolView pool) {}

    @Operation(summary = "Add time to a partition's pool; 200 instead of 201 says that it was added before")
    @PostMapping("/api/partitions/{slug}/fillings")
    ResponseEntity<Moved> fill(Actor actor, @PathVariable String slug, @Valid @RequestBody Movement wish) {
        Partition partition = partitions.require(slug);
        Receipt receipt = pools.fill(actor, partition.id(), wish.entry(), wish.hours(), wish.unit(), wish.reason());
        return answer(partition, wish, receipt);
    }

    @Operation(summary = "Take back from a pool what one filling has added and nobody was given")
    @PostMapping("/api/partitions/{slug}/fillings/{filling}/take-back")
    ResponseEntity<Moved> takeBack(
            Actor actor, @PathVariable String slug, @PathVariable UUID filling, @Valid @RequestBody Movement wish) {
        Partition partition = partitions.require(slug);
        Receipt receipt = pools.takeBack(
                actor, partition.id(), wish.entry(), new EntryId(filling), wish.hours(), wish.unit(), wish.reason());
        return answer(partition, wish, receipt);
    }

    private ResponseEntity<Moved> answer(Partition partition, Movement wish, Receipt receipt) {
        Moved moved = new Moved(
                receipt.id(),
                receipt.at(),
                partition.amount(wish.hours(), wish.unit()).value(),
                partition.unit(),
                catalogue.pool(partition));
        return receipt.existed()
                ? ResponseEntity.ok(moved)
                : ResponseEntity.created(URI.create("/api/partitions/" + partition.slug() + "/statement"))
                        .body(moved);
    }

    @Operation(summary = "What has moved in a pool, oldest first; for those who operate it")
    @GetMapping("/api/partitions/{slug}/statement")
    List<PoolLine> statement(
            Actor actor,
            @PathVariable String slug,
            @RequestParam(defaultValue = "0") @Min(0) long after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int most) {
        return pools.lines(actor, partitions.require(slug).id(), after, most);
    }
}
