package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import org.aifactory.identity.Actor;
import org.aifactory.identity.OrganisationId;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where runs go and why, and where they may go, over HTTP. */
@RestController
class PlacementApi {
    private final Runs runs;
    private final RunOutlooks outlooks;
    private final Residency residency;

    PlacementApi(Runs runs, RunOutlooks outlooks, Residency residency) {
        this.runs = runs;
        this.outlooks = outlooks;
        this.residency = residency;
    }

    @Operation(
            summary =
                    "Why a run is where it is; while it waits, its place in the queue, when it is expected to begin, and where it would sooner")
    @GetMapping("/api/runs/{id}/placement")
    RunOutlook placement(Actor actor, @PathVariable UUID id) {
        return outlooks.of(actor, runs.find(actor, new RunId(id)));
    }

    /** @param countries ISO 3166-1 alpha-2; none for anywhere */
    record Countries(@NotNull @Size(max = 250) List<@NotNull @Size(max = 2) String> countries) {

        static Countries of(NavigableSet<String> words) {
            return new Countries(List.copyOf(words));
        }

        NavigableSet<String> words() {
            return new TreeSet<>(countries);
        }
    }

    @Operation(summary = "In which countries what belongs to an organisation may be worked on; none for anywhere")
    @GetMapping("/api/organisations/{organisation}/residency")
    Countries organisation(Actor actor, @PathVariable UUID organisation) {
        return Countries.of(residency.ofOrganisation(actor, new OrganisationId(organisation)));
    }

    @Operation(
            summary =
                    "Say in which countries what belongs to an organisation may be worked on; it holds for every run from now on")
    @PutMapping("/api/organisations/{organisation}/residency")
    Countries setOrganisation(Actor actor, @PathVariable UUID organisation, @Valid @RequestBody Countries wish) {
        residency.setOrganisation(actor, new OrganisationId(organisation), wish.words());
        return Countries.of(residency.ofOrganisation(actor, new OrganisationId(organisation)));
    }

    @Operation(summary = "In which countries a dataset may be worked on; none for anywhere")
    @GetMapping("/api/datasets/{dataset}/residency")
    Countries dataset(Actor actor, @PathVariable UUID dataset) {
        return Countries.of(residency.ofDataset(actor, dataset));
    }

    @Operation(summary = "Say in which countries a dataset may be worked on; it holds for every run from now on")
    @PutMapping("/api/datasets/{dataset}/residency")
    Countries setDataset(Actor actor, @PathVariable UUID dataset, @Valid @RequestBody Countries wish) {
        residency.setDataset(actor, dataset, wish.words());
        return Countries.of(residency.ofDataset(actor, dataset));
    }
}
