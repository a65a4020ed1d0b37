package org.aifactory.federation;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.aifactory.federation.MachineImages.Images;
import org.aifactory.identity.Actor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The images of containers that machines run programs in, over HTTP. */
@RestController
class ImagesApi {
    private final Machines machines;
    private final MachineImages images;

    ImagesApi(Machines machines, MachineImages images) {
        this.machines = machines;
        this.images = images;
    }

    record Wish(
            @NotNull Boolean fromDatasets,

            @NotNull @Size(max = 100) List<@NotNull @Size(max = 500) String> allowed) {}

    @Operation(
            summary =
                    "In which images of containers a machine runs programs: whether in those of datasets, and in which of the site's")
    @GetMapping("/api/machines/{slug}/images")
    Images show(@PathVariable String slug) {
        return images.of(machines.require(slug).id());
    }

    @Operation(summary = "Say in which images of containers a machine runs programs; for those who operate it")
    @PutMapping("/api/machines/{slug}/images")
    Images set(Actor actor, @PathVariable String slug, @Valid @RequestBody Wish wish) {
        Machine machine = machines.require(slug);
        images.set(actor, machine, new Images(wish.fromDatasets(), wish.allowed()));
        return images.of(machine.id());
    }
}
