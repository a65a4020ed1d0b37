package org.aifactory.cofunding;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.aifactory.cofunding.FundingForms.CostForm;
import org.aifactory.cofunding.FundingForms.HourCostForm;
import org.aifactory.cofunding.FundingForms.MovementForm;
import org.aifactory.cofunding.FundingForms.TakingBackForm;
import org.aifactory.cofunding.FundingForms.TermsForm;
import org.aifactory.cofunding.MoneyViews.FactoryView;
import org.aifactory.cofunding.MoneyViews.FunderView;
import org.aifactory.cofunding.MoneyViews.MovementView;
import org.aifactory.cofunding.MoneyViews.Overview;
import org.aifactory.cofunding.Trails.PartitionView;
import org.aifactory.cofunding.Trails.RunLine;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.Amount;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who pays for factories, over HTTP. Everybody may read what is published; programme officers read all, and book. */
@RestController
class FundingApi {
    private final Funding funding;
    private final Ceilings ceilings;
    private final MoneyViews views;
    private final Trails trails;
    private final HourCosts costs;
    private final Partitions partitions;

    FundingApi(
            Funding funding,
            Ceilings ceilings,
            MoneyViews views,
            Trails trails,
            HourCosts costs,
            Partitions partitions) {
        this.funding = funding;
        this.ceilings = ceilings;
        this.views = views;
        this.trails = trails;
        this.costs = costs;
        this.partitions = partitions;
    }

    @Operation(
            summary = "Who pledged, committed and paid how much for factories: by funder, factory and year",
            description =
                    "In euro cents. Everybody reads the totals that are published; the programme office reads all, and who is late.")
    @GetMapping("/api/funding")
    Overview overview(Optional<Actor> actor) {
        return views.overview(actor);
    }

    @Operation(summary = "The same, a line for each factory, funder, year and category, as comma-separated values")
    @GetMapping(path = "/api/funding/lines.csv", produces = "text/csv;charset=UTF-8")
    ResponseEntity<String> csv(
            Optional<Actor> actor, @RequestParam Optional<String> funder, @RequestParam Optional<String> factory) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("text/csv;charset=UTF-8"))
                .header("Content-Disposition", "attachment; filename=\"funding.csv\"")
                .body(LinesCsv.of(views.rows(actor, Optional.empty(), funder).stream()
                        .filter(row -> factory.isEmpty() || factory.get().equals(row.factory()))
                        .toList()));
    }

    @Operation(
            summary = "A funder: what it pays of which factory, and what became of its time on machines",
            description = "A funder is \"EU\" or a country by its code in ISO 3166-1.")
    @GetMapping("/api/funding/funders/{funder}")
    FunderView funder(Optional<Actor> actor, @PathVariable String funder) {
        return views.funder(actor, funder);
    }

    @Operation(
            summary = "The runs that took a funder's time, the newest first, and the models that came of them",
            description =
                    "The programme office reads all; everybody else those whose model is public. Read on before the number of the last one seen.")
    @GetMapping("/api/funding/funders/{funder}/runs")
    List<RunLine> runs(
            Optional<Actor> actor,
            @PathVariable String funder,
            @RequestParam Optional<@Size(max = 100) String> factory,
            @RequestParam Optional<@Min(2000) @Max(2200) Integer> year,
            @RequestParam(defaultValue = "9223372036854775807") @Min(0) long before,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int most) {
        return trails.runs(actor, funder, factory, year, before, most);
    }

    @Operation(
            summary =
                    "The money of a factory: ceilings of the Union and what is left below them, costs, lines, movements")
    @GetMapping("/api/funding/factories/{factory}")
    FactoryView factory(Optional<Actor> actor, @PathVariable String factory) {
        return views.factory(actor, factory);
    }

    @Operation(
            summary =
                    "Say of which kind a factory is, from which its ceilings follow, and whether its totals are published")
    @PutMapping("/api/funding/factories/{factory}/terms")
    FactoryView agree(Actor actor, @PathVariable String factory, @RequestBody TermsForm form) {
        Funding.requireMayBook(actor);
        ceilings.agree(actor, funding.require(factory), form);
        return views.factory(Optional.of(actor), factory);
    }

    @Operation(
            summary =
                    "Say what a category of cost is planned to come to in a year; the room of the Union follows from it")
    @PutMapping("/api/funding/factories/{factory}/costs")
    FactoryView plan(Actor actor, @PathVariable String factory, @RequestBody CostForm form) {
        Funding.requireMayBook(actor);
        ceilings.plan(actor, funding.require(factory), form);
        return views.factory(Optional.of(actor), factory);
    }

    @Operation(
            summary = "Book a pledge, a commitment, an instalment that is due, its receipt, or spending",
            description =
                    "The key is made by the caller, and with the same key again it changes nothing. Each goes on from the one before it, and never comes to more.")
    @PostMapping("/api/funding/factories/{factory}/movements")
    MovementView book(Actor actor, @PathVariable String factory, @RequestBody MovementForm form) {
        return MovementView.of(funding.book(actor, factory, form), Set.of());
    }

    @Operation(
            summary = "Take back all of a movement that was wrong, while what it brought has not gone on",
            description = "The key is made by the caller, and with the same key again it changes nothing.")
    @PostMapping("/api/funding/factories/{factory}/movements/{movement}/take-back")
    MovementView takeBack(
            Actor actor, @PathVariable String factory, @PathVariable UUID movement, @RequestBody TakingBackForm form) {
        return MovementView.of(funding.takeBack(actor, factory, movement, form), Set.of());
    }

    @Operation(summary = "Whose the time on a partition is, and what an hour of it costs those who fund it")
    @GetMapping("/api/funding/partitions/{slug}")
    PartitionView partition(@PathVariable String slug) {
        return trails.partition(slug);
    }

    @Operation(
            summary = "Tell what an hour on a partition costs from a day on; what was told of days that are over stays")
    @PostMapping("/api/funding/partitions/{slug}/hour-costs")
    PartitionView tell(Actor actor, @PathVariable String slug, @RequestBody HourCostForm form) {
        Funding.requireMayBook(actor);
        costs.tell(actor, partitions.require(slug), form);
        return trails.partition(slug);
    }

    /** @param amount what was shared out, in the ledger's unit */
    record SharedOut(Amount amount, PartitionView partition) {}

    @Operation(summary = "Share out what a partition has that is nobody's, by the shares that are agreed now")
    @PostMapping("/api/funding/partitions/{slug}/share-out")
    SharedOut shareOut(Actor actor, @PathVariable String slug) {
        return new SharedOut(trails.shareOut(actor, slug), trails.partition(slug));
    }

    @Operation(summary = "Who paid for how many of a model's seconds, and what they cost")
    @GetMapping("/api/models/{model}/funding")
    Followed model(Actor actor, @PathVariable UUID model) {
        return trails.model(actor, model).followed();
    }

    @Operation(summary = "Who paid for how many of a run's seconds, and what they cost")
    @GetMapping("/api/runs/{run}/funding")
    Followed run(Actor actor, @PathVariable UUID run) {
        return trails.run(actor, run).followed();
    }
}
