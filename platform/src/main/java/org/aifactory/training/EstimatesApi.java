package org.aifactory.training;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import java.util.Locale;
import org.aifactory.identity.Actor;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What runs would come to, over HTTP. */
@RestController
class EstimatesApi {
    private final Placements placements;

    EstimatesApi(Placements placements) {
        this.placements = placements;
    }

    @Operation(
            summary =
                    "What a run would come to, several sizes side by side, and all machines that it could go to; the body is that of a run")
    @PostMapping("/api/estimates")
    Estimates.Estimated estimate(Actor actor, @Valid @RequestBody RunsApi.NewRun wish, Locale locale) {
        return placements.estimate(actor, wish.request(), locale);
    }
}
