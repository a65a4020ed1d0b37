package org.aifactory.programme;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.aifactory.identity.Actor;
import org.aifactory.programme.ProgrammeViews.CallView;
import org.aifactory.programme.ProgrammeViews.RoundView;
import org.aifactory.programme.Summary.Programme;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The programme and its calls over HTTP. */
@RestController
class CallsApi {
    private final Calls calls;
    private final ProgrammeViews views;
    private final Summary summary;

    CallsApi(Calls calls, ProgrammeViews views, Summary summary) {
        this.calls = calls;
        this.views = views;
        this.summary = summary;
    }

    @Operation(
            summary =
                    "The programme in numbers: factories, countries, member states, and the money of both sides in euros")
    @GetMapping("/api/programme/summary")
    Programme summary() {
        return summary.programme();
    }

    @Operation(
            summary =
                    "What was decided so far: each round with its money, what was selected, the countries behind it and their shares as far as published")
    @GetMapping("/api/programme/rounds")
    List<RoundView> rounds() {
        return views.rounds();
    }

    @Operation(
            summary =
                    "The calls for proposals, the latest first; those that are being written only for the programme office")
    @GetMapping("/api/calls")
    List<CallView> calls(Optional<Actor> actor) {
        return calls.all(actor).stream().map(views::view).toList();
    }

    @Operation(
            summary =
                    "A call: cut-offs, rules with the articles they stand in, rates, scoring scheme, and the budget that is left")
    @GetMapping("/api/calls/{call}")
    CallView call(Optional<Actor> actor, @PathVariable String call) {
        return views.view(calls.named(actor, call));
    }

    /** A call as the office writes it. */
    record Written(String slug, CallKind kind, int version, CallDefinition definition) {
        static Written of(Call call) {
            return new Written(call.slug(), call.kind(), call.version(), call.definition());
        }
    }

    @Operation(summary = "A call as it is written, to change it (the programme office)")
    @GetMapping("/api/calls/{call}/definition")
    Written definition(Actor actor, @PathVariable String call) {
        Calls.requireOfficer(actor);
        return Written.of(calls.named(Optional.of(actor), call));
    }

    /** @param slug as it stands in addresses */
    record NewCall(
            @NotBlank @Size(max = 63) String slug,
            @NotNull CallKind kind,
            @NotNull CallDefinition definition) {}

    @Operation(summary = "Begin a call (the programme office); nobody else sees it until it is published")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping("/api/calls")
    ResponseEntity<CallView> write(Actor actor, @Valid @RequestBody NewCall wish) {
        Call call = calls.write(actor, wish.slug(), wish.kind(), wish.definition());
        return ResponseEntity.created(URI.create("/api/calls/" + call.slug())).body(views.view(call));
    }

    /** @param version that was read */
    record ChangedCall(
            @NotNull Integer version,
            @NotNull CallKind kind,
            @NotNull CallDefinition definition) {}

    @Operation(summary = "Change a call that is not published (the programme office)")
    @PutMapping("/api/calls/{call}")
    CallView change(Actor actor, @PathVariable String call, @Valid @RequestBody ChangedCall wish) {
        return views.view(calls.change(actor, call, wish.version(), wish.kind(), wish.definition()));
    }

    /** @param version that was read */
    record Version(@NotNull Integer version) {}

    @Operation(summary = "Publish a call and book its budget (the programme office); from then on it stays as it is")
    @PostMapping("/api/calls/{call}/publish")
    CallView publish(Actor actor, @PathVariable String call, @Valid @RequestBody Version wish) {
        return views.view(calls.publish(actor, call, wish.version()));
    }
}
